/* The rival: libpcap's own loop over a file, with a callback that only counts. */
#include <pcap/pcap.h>
#include <stdio.h>

struct counts {
    unsigned long packets, bytes;
};

static void count(unsigned char *user, const struct pcap_pkthdr *header, const unsigned char *bytes)
{
    struct counts *counts = (struct counts *)user;
    counts->packets++;
    counts->bytes += header->caplen;
    (void)bytes;
}

int main(int argc, char **argv)
{
    char problem[PCAP_ERRBUF_SIZE];
    struct counts counts = {0, 0};
    pcap_t *file = argc == 2 ? pcap_open_offline(argv[1], problem) : NULL;
    if (file == NULL || pcap_loop(file, -1, count, (unsigned char *)&counts) < 0) {
        fprintf(stderr, "usage: loop FILE (a capture)\n");
        return 1;
    }
    pcap_close(file);
    printf("%lu packets, %lu bytes\n", counts.packets, counts.bytes);
    return 0;
}
