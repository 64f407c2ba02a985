/* SPDX-License-Identifier: MIT */
/* true.c: the smallest program; what exec and spawn are measured with. */
int main(void)
{
	return 0;
}
