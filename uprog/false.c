/* SPDX-License-Identifier: MIT */
/* false.c */
int main(void)
{
	return 1;
}
