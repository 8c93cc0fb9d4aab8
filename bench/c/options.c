/* options.c: what the load generator is told: options, and a token for every member. */
#define _GNU_SOURCE
#include <getopt.h>

#include "load.h"

/* Line i of the file is for member i; without a file nobody asks for one. */
void read_tokens(void) {
    int all = options.rooms * options.members;
    tokens = calloc((size_t)all, sizeof *tokens);
    FILE *f = options.tokens ? fopen(options.tokens, "r") : NULL;
    char line[512];
    for (int i = 0; i < all; i++) {
        if (!options.tokens) {
            tokens[i] = "a-token-of-the-usual-length-that-nobody-asks";
        } else if (f && fgets(line, sizeof line, f)) {
            line[strcspn(line, "\r\n")] = 0;
            tokens[i] = strdup(line);
        } else {
            fprintf(stderr, "%s: %d tokens are needed\n", options.tokens, all);
            exit(2);
        }
    }
    if (f) fclose(f);
}

static void read_cores(char *list) {
    for (char *p = strtok(list, ","); p && options.n_cores < MOST_THREADS; p = strtok(NULL, ","))
        options.cores[options.n_cores++] = atoi(p);
    options.threads = options.n_cores;
}

static void read_ports(char *list) {
    for (char *p = strtok(list, ","); p && options.n_ports < MOST_NODES; p = strtok(NULL, ","))
        options.ports[options.n_ports++] = atoi(p);
}

void read_options(int argc, char **argv) {
    static const struct option known[] = {
        {"port", 1, 0, 'p'},    {"rooms", 1, 0, 'R'},   {"members", 1, 0, 'K'}, {"senders", 1, 0, 'S'},
        {"window", 1, 0, 'W'},  {"rate", 1, 0, 'r'},    {"text", 1, 0, 't'},    {"seconds", 1, 0, 'd'},
        {"warm", 1, 0, 'w'},    {"cores", 1, 0, 'c'},   {"tokens", 1, 0, 'k'},  {"prefix", 1, 0, 'x'},
        {"server", 1, 0, 's'},  {"missed", 1, 0, 'm'},  {"mode", 1, 0, 'M'},    {"began", 1, 0, 'b'},    {0, 0, 0, 0}};
    int o;
    while ((o = getopt_long(argc, argv, "", known, NULL)) != -1) switch (o) {
        case 'p': read_ports(optarg); break;
        case 'R': options.rooms = atoi(optarg); break;
        case 'K': options.members = atoi(optarg); break;
        case 'S': options.senders = atoi(optarg); break;
        case 'W': options.window = atoi(optarg); break;
        case 'r': options.rate = atof(optarg); break;
        case 't': options.text = atoi(optarg); break;
        case 'd': options.seconds = atof(optarg); break;
        case 'w': options.warm = atof(optarg); break;
        case 'c': read_cores(optarg); break;
        case 'k': options.tokens = optarg; break;
        case 'x': options.prefix = optarg; break;
        case 's': options.server = atol(optarg); break;
        case 'm': options.missed = atoi(optarg); break;
        case 'b': options.began = optarg; break;
        case 'M': options.mode = *optarg == 'i' ? IDLE : *optarg == 's' ? STORM : TALK; break;
        default: exit(2);
        }
    bool odd = options.rooms > MOST_ROOMS || options.text < STAMP + 2 || options.text > 4000;
    if (!options.n_ports || !options.ports[0] || odd || options.senders > options.members) {
        fputs("wsload: these options do not go together\n", stderr);
        exit(2);
    }
}
