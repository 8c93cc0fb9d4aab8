/* A clock that is wrong, for tests: LD_PRELOAD this and the time of day is as a file says.
 *
 * WRONGCLOCK  a file of three doubles: seconds to add, how much faster than real the clock runs
 *             (0.05: 5 %), and the moment (real seconds since 1970) from which it runs faster
 *
 * Only the time of day is wrong. CLOCK_MONOTONIC, by which timers run, is as it was: no setting of
 * the time changes it on Linux. (A drifting oscillator moves both; then nothing can tell.)
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const volatile double *told;

__attribute__((constructor)) static void begin(void)
{
    const char *file = getenv("WRONGCLOCK");
    int in = file ? open(file, O_RDONLY | O_CLOEXEC) : -1;
    if (in < 0) return;
    void *map = mmap(NULL, 3 * sizeof(double), PROT_READ, MAP_SHARED, in, 0);
    if (map != MAP_FAILED) told = map;
    close(in);
}

static double wrong(double real)
{
    return real + told[0] + (real > told[2] ? (real - told[2]) * told[1] : 0.0);
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
    static int (*real)(clockid_t, struct timespec *);
    if (!real) real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    int done = real(clock, now);
    if (done || !told || (clock != CLOCK_REALTIME && clock != CLOCK_REALTIME_COARSE)) return done;
    double seconds = wrong((double)now->tv_sec + (double)now->tv_nsec / 1e9), whole = floor(seconds);
    now->tv_sec = (time_t)whole;
    now->tv_nsec = (long)((seconds - whole) * 1e9);
    return 0;
}

int gettimeofday(struct timeval *now, void *zone)
{
    struct timespec precise;
    (void)zone;
    if (clock_gettime(CLOCK_REALTIME, &precise)) return -1;
    now->tv_sec = precise.tv_sec;
    now->tv_usec = precise.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *out)
{
    struct timespec now;
    if (clock_gettime(CLOCK_REALTIME, &now)) return (time_t)-1;
    if (out) *out = now.tv_sec;
    return now.tv_sec;
}
