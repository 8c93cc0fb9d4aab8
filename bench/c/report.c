/* report.c: what came of a load, as one JSON line, and what the server used meanwhile. */
#define _GNU_SOURCE
#include <unistd.h>

#include "load.h"

/* Seconds of processor time so far; 0 when no server was named. */
double server_cpu(void) {
    char path[64], stat[1024];
    snprintf(path, sizeof path, "/proc/%ld/stat", options.server);
    FILE *f = options.server ? fopen(path, "r") : NULL;
    if (!f) return 0;
    size_t n = fread(stat, 1, sizeof stat - 1, f);
    fclose(f);
    stat[n] = 0;
    char *p = strrchr(stat, ')');
    unsigned long user = 0, kernel = 0;
    if (!p || sscanf(p + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &kernel) != 2) return 0;
    return (double)(user + kernel) / (double)sysconf(_SC_CLK_TCK);
}

long server_memory_kb(void) {
    char path[64], line[256];
    long kb = 0;
    snprintf(path, sizeof path, "/proc/%ld/status", options.server);
    FILE *f = options.server ? fopen(path, "r") : NULL;
    while (f && fgets(line, sizeof line, f))
        if (sscanf(line, "VmRSS: %ld", &kb) == 1) break;
    if (f) fclose(f);
    return kb;
}

void report(const Thread *threads, Times times) {
    static Thread all;
    double most = 0;
    uint64_t last = 0, replayed = 0, whole = 0;
    for (int i = 0; i < options.threads; i++) {
        const Thread *t = &threads[i];
        all.n += t->n, all.live += t->live, all.delivered += t->delivered, all.accepted += t->accepted;
        all.sent += t->sent, all.stalled += t->stalled, all.refused += t->refused, all.closed += t->closed;
        all.posted_bytes += t->posted_bytes, all.accepted_bytes += t->accepted_bytes, all.bytes += t->bytes;
        if (t->cpu > most) most = t->cpu;
        if (t->done_at > last) last = t->done_at;
        for (int b = 0; b < N_BUCKETS; b++) {
            all.to_reader[b] += t->to_reader[b];
            all.to_last[b] += t->to_last[b];
            all.to_ack[b] += t->to_ack[b];
        }
        for (int m = 0; m < t->n; m++) {
            replayed += t->members[m].replayed;
            whole += t->members[m].replayed == (uint32_t)options.missed;
        }
    }
    double s = times.seconds > 0 ? times.seconds : 1;
    printf("{\"members\":%d,\"live\":%d,\"connect_s\":%.4f,\"seconds\":%.3f", all.n, all.live, times.connect_s, s);
    printf(",\"deliveries_s\":%.1f,\"accepted_s\":%.1f,\"mb_s\":%.2f", (double)all.delivered / s,
           (double)all.accepted / s, (double)all.bytes / s / 1e6);
    printf(",\"sent\":%lu,\"stalled\":%lu,\"refused\":%lu,\"closed\":%lu,\"unread\":%ld,\"unacked\":%ld",
           (unsigned long)all.sent, (unsigned long)all.stalled, (unsigned long)all.refused,
           (unsigned long)all.closed, times.unread, times.unacked);
    printf(",\"reader_p50_ms\":%.3f,\"reader_p99_ms\":%.3f", percentile_ms(all.to_reader, .5),
           percentile_ms(all.to_reader, .99));
    printf(",\"last_p50_ms\":%.3f,\"last_p99_ms\":%.3f,\"ack_p50_ms\":%.3f,\"ack_p99_ms\":%.3f",
           percentile_ms(all.to_last, .5), percentile_ms(all.to_last, .99), percentile_ms(all.to_ack, .5),
           percentile_ms(all.to_ack, .99));
    printf(",\"posted_bytes\":%.0f,\"accepted_bytes\":%.0f",
           all.delivered ? (double)all.posted_bytes / (double)all.delivered : 0,
           all.accepted ? (double)all.accepted_bytes / (double)all.accepted : 0);
    printf(",\"replayed\":%lu,\"replayed_whole\":%lu", (unsigned long)replayed, (unsigned long)whole);
    printf(",\"memory_before_kb\":%ld,\"memory_after_kb\":%ld", times.memory_before, times.memory_after);
    printf(",\"server_cpu\":%.3f,\"load_cpu_max\":%.3f}\n", times.server_cpu / s, most / s);
}
