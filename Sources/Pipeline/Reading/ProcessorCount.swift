#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

enum ProcessorCount {
    /// Cores of the machine that are there; 1 where the system does not tell.
    static var usable: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
}
