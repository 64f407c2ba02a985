/* SPDX-License-Identifier: MIT */
int socket(int, int, int);
int connect(int);

static volatile double x;

int main(int argc, char **argv)
{
	(void)argv;
	x = x / argc;
	return connect(socket(1, 2, 3));
}
