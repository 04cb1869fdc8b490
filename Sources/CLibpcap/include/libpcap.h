#ifndef BROKERTAP_LIBPCAP_H
#define BROKERTAP_LIBPCAP_H

#include <pcap/pcap.h>

/* The calls of libpcap that brokertap makes. One line adds another. */
#define LIBPCAP_CALLS(CALL)         \
    CALL(activate)                  \
    CALL(close)                     \
    CALL(compile)                   \
    CALL(create)                    \
    CALL(datalink)                  \
    CALL(dispatch)                  \
    CALL(findalldevs)               \
    CALL(freealldevs)               \
    CALL(freecode)                  \
    CALL(get_selectable_fd)         \
    CALL(get_tstamp_precision)      \
    CALL(geterr)                    \
    CALL(offline_filter)            \
    CALL(open_dead)                 \
    CALL(set_buffer_size)           \
    CALL(set_immediate_mode)        \
    CALL(set_promisc)               \
    CALL(set_snaplen)               \
    CALL(set_timeout)               \
    CALL(set_tstamp_precision)      \
    CALL(setfilter)                 \
    CALL(setnonblock)               \
    CALL(stats)                     \
    CALL(statustostr)

/* Each by the name it has in libpcap, less "pcap_", with the type that its header gives it. */
struct libpcap_calls {
#define LIBPCAP_MEMBER(name) __typeof__(&pcap_##name) name;
    LIBPCAP_CALLS(LIBPCAP_MEMBER)
#undef LIBPCAP_MEMBER
};

/* Opens libpcap where that was not done before: nothing is linked against it, so that all else runs where it is missing.
   NULL where there is none that can be used; `brokertap_libpcap_fault` says why then. From any thread. */
const struct libpcap_calls *brokertap_open_libpcap(void);
const char *brokertap_libpcap_fault(void);

#endif
