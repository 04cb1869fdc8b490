#if canImport(Glibc)
    internal import Glibc
#else
    internal import Musl
#endif

Signals.install()
exit(Dispatch.run(Array(CommandLine.arguments.dropFirst())))
