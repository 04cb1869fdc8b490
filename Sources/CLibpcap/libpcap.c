#include "libpcap.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>

/* The name that Debian gives it, and the one of RHEL, SUSE, Alpine and libpcap itself. */
static const char *const names[] = {"libpcap.so.0.8", "libpcap.so.1"};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct libpcap_calls calls;
static int usable = 0;
static char fault[256];

static void *open_by_any_name(void) {
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++) {
        void *library = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
        if (library) return library;
    }
    return NULL;
}

/* Never closed: what was found in it is used to the end. */
static void find(void) {
    void *library = open_by_any_name();
    if (!library) {
        snprintf(fault, sizeof fault, "libpcap is not installed (%s or %s)", names[0], names[1]);
        return;
    }
#define LIBPCAP_FIND(name)                                                                             \
    if (!(*(void **)&calls.name = dlsym(library, "pcap_" #name))) {                                    \
        snprintf(fault, sizeof fault, "the libpcap of this system is too old: it has no pcap_" #name); \
        return;                                                                                        \
    }
    LIBPCAP_CALLS(LIBPCAP_FIND)
#undef LIBPCAP_FIND
    usable = 1;
}

const struct libpcap_calls *brokertap_open_libpcap(void) {
    pthread_once(&once, find);
    return usable ? &calls : NULL;
}

const char *brokertap_libpcap_fault(void) { return fault; }
