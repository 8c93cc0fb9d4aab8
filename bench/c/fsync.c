/* fsync.c: how often a second this disk can make one small write safe.
 *
 *   fsync FILE SIZE PREALLOCATED SECONDS
 *
 * Writes SIZE bytes after one another and calls fdatasync after each. With PREALLOCATED 1 the file has its
 * 64 MiB beforehand and is written round and round, as a SQLite write-ahead log is after its first
 * checkpoint; with 0 it grows, so that each fdatasync also makes the new length safe. Prints one JSON line.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <unistd.h>

#include "wire.h"

#define MIB (1 << 20)
#define SIZE_BEFOREHAND (64 * MIB)
#define MOST 1000000

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static int failed(const char *what) {
    perror(what);
    return 1;
}

int main(int argc, char **argv) {
    if (argc != 5) return fputs("fsync FILE SIZE PREALLOCATED SECONDS\n", stderr), 2;
    int size = atoi(argv[2]), beforehand = atoi(argv[3]), n = 0;
    double seconds = atof(argv[4]);
    int fd = open(argv[1], O_RDWR | O_CREAT | O_TRUNC, 0600);
    char *zeros = calloc(1, MIB), *words = malloc((size_t)size);
    double *took = malloc(MOST * sizeof *took);
    if (fd < 0 || !zeros || !words || !took) return failed(argv[1]);
    memset(words, 'x', (size_t)size);
    for (int i = 0; beforehand && i < SIZE_BEFOREHAND / MIB; i++)
        if (pwrite(fd, zeros, MIB, (off_t)i * MIB) != MIB) return failed("pwrite");
    if (fsync(fd)) return failed("fsync");

    uint64_t began = now_ns(), at;
    off_t offset = 0;
    while ((double)((at = now_ns()) - began) < seconds * 1e9 && n < MOST) {
        if (pwrite(fd, words, (size_t)size, offset) != size || fdatasync(fd)) return failed("write");
        took[n++] = (double)(now_ns() - at) / 1e3;
        offset += size;
        if (beforehand && offset + size > SIZE_BEFOREHAND) offset = 0;
    }
    double all = (double)(now_ns() - began) / 1e9;
    qsort(took, (size_t)n, sizeof *took, by_size);
    printf("{\"size\":%d,\"preallocated\":%d,\"fsync_s\":%.1f,\"p50_us\":%.0f,\"p99_us\":%.0f}\n", size,
           beforehand, n / all, took[n / 2], took[(int)(n * 0.99)]);
    unlink(argv[1]);
    return 0;
}
