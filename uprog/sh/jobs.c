/* SPDX-License-Identifier: MIT */
/* jobs.c: what runs in the background, or did until somebody asked. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "sh.h"

enum { JOBS = 16, PIDS = 16, SHOWN = 48 };

static struct job {
	pid_t pid[PIDS];		/* 0: it has ended */
	int n, left;			/* of pid; those that run.  n 0: the slot is free */
	pid_t group, last;		/* the job's number; who says its status */
	int code;
	char text[SHOWN];
} jobs[JOBS];
static pid_t done_pid;			/* the last job that ended, for wait */
static int done_code;

void job_new(const pid_t *pid, int n, const char *text, size_t len)
{
	struct job *j = jobs;

	last_background = pid[n - 1];
	while (j < jobs + JOBS && j->n)
		j++;
	if (j == jobs + JOBS || n > PIDS) {
		if (interactive)
			printf("[-] %d\n", pid[n - 1]);	/* it runs, but is not kept */
		return;
	}
	*j = (struct job){ .n = n, .left = n, .group = pid[0], .last = pid[n - 1] };
	memcpy(j->pid, pid, n * sizeof *pid);
	snprintf(j->text, sizeof j->text, "%.*s", (int)len, text);
	if (interactive)
		printf("[%d] %d\n", (int)(j - jobs) + 1, j->last);
}

static void tell(const struct job *j)
{
	if (!interactive)
		return;
	printf("[%d] ", (int)(j - jobs) + 1);
	if (j->code)
		printf("status %d: %s\n", j->code, j->text);
	else
		printf("done: %s\n", j->text);
}

/* A child has ended.  The job that ended with it, or null. */
static struct job *ended(const struct wait_info *w)
{
	for (struct job *j = jobs; j < jobs + JOBS; j++)
		for (int i = 0; i < j->n; i++) {
			if (j->pid[i] != w->pid)
				continue;
			j->pid[i] = 0;
			if (w->pid == j->last)
				j->code = wait_code(w);
			if (--j->left)
				return NULL;
			j->n = 0;
			done_pid = j->last;
			done_code = j->code;
			return j;
		}
	return NULL;
}

void job_reap(int flags)
{
	struct wait_info w;
	struct job *j;

	while (waitinfo(-1, &w, flags) > 0)
		if ((j = ended(&w)))
			tell(j);
}

/* Is it %N, or a process's number? */
static bool is_named(const struct job *j, const char *which)
{
	int n = atoi(which + (*which == '%'));

	return *which == '%' ? j - jobs + 1 == n : j->last == n || j->group == n;
}

/* null: the last one that was started, if it is there still, else any. */
static struct job *find_job(const char *which)
{
	struct job *any = NULL;

	for (struct job *j = jobs; j < jobs + JOBS; j++) {
		if (!j->n)
			continue;
		if (which ? is_named(j, which) : j->last == last_background)
			return j;
		any = j;
	}
	return which ? NULL : any;
}

/* Until this one has ended: its status. */
static int finish_job(struct job *j)
{
	struct wait_info w;
	struct job *other = NULL;

	while (other != j && waitinfo(-1, &w, 0) > 0)
		if ((other = ended(&w)) && other != j)
			tell(other);
	return j->code;
}

int job_wait(const char *which)
{
	struct job *j = find_job(which);

	if (!j && atoi(which) && atoi(which) == done_pid)
		return done_code;
	return j ? finish_job(j) : NOT_FOUND;
}

int job_list(void)
{
	job_reap(WAIT_NOHANG);
	for (struct job *j = jobs; j < jobs + JOBS; j++)
		if (j->n)
			printf("[%d] %d %s\n", (int)(j - jobs) + 1, j->last, j->text);
	return 0;
}

void foreground(pid_t job)
{
	if (interactive)
		ttyjob(job ? job : getjob(0));
}

int job_foreground(const char *which)
{
	struct job *j = find_job(which);
	int code;

	if (!j) {
		complain("there is no such job");
		return 1;
	}
	puts(j->text);
	foreground(j->group);
	code = finish_job(j);
	foreground(0);
	return code;
}
