/* Swift has no word for it: asks the processor to bring the cache lines from an address on nearer. Any address may be given. */
static inline void brokertap_prefetch(const void *address, long bytes) {
    for (long at = 0; at < bytes; at += 64) __builtin_prefetch((const char *)address + at);
}
