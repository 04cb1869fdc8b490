/* Swift has no word for it: asks the processor to bring the cache line at an address nearer. Any address may be given. */
static inline void brokertap_prefetch(const void *address) { __builtin_prefetch(address); }
