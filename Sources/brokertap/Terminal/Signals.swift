internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Musl
#endif

/// What the process does on signals.
enum Signals {
    private static let interrupts = Atomic<Int>(0)

    /// Whether the user asked to stop.
    static var interrupted: Bool { interrupts.load(ordering: .relaxed) > 0 }

    private static let reports = Atomic<Int>(0)

    /// How often a report without stopping was asked for.
    static var reportsAsked: Int { reports.load(ordering: .relaxed) }

    private static let resizings = Atomic<Int>(0)

    /// How often the terminal got another size.
    static var resized: Int { resizings.load(ordering: .relaxed) }

    private static let continuations = Atomic<Int>(0)

    /// How often the program went on after having been stopped.
    static var continued: Int { continuations.load(ordering: .relaxed) }

    /// For a view that takes the screen: gives it back while the program is stopped.
    static func installForScreen() {
        _ = (resized, continued)
        signal(SIGWINCH) { _ in _ = Signals.resizings.add(1, ordering: .relaxed) }
        signal(SIGCONT) { _ in _ = Signals.continuations.add(1, ordering: .relaxed) }
        signal(SIGTSTP) { _ in
            ScreenGuard.restore()
            kill(getpid(), SIGSTOP)
        }
    }

    /// To be called once, before anything is read.
    static func install() {
        _ = interrupted
        signal(SIGPIPE, SIG_IGN)
        signal(SIGINT) { _ in Signals.noteInterrupt() }
        signal(SIGTERM) { _ in Signals.noteInterrupt() }
        signal(SIGHUP) { _ in Signals.noteInterrupt() }
        _ = reportsAsked
        signal(SIGUSR1) { _ in _ = Signals.reports.add(1, ordering: .relaxed) }
        for fatal in [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT] { signal(fatal) { _ in Signals.die() } }
    }

    /// The first one ends reading in order; the second ends the process.
    private static func noteInterrupt() {
        guard interrupts.add(1, ordering: .relaxed).oldValue > 0 else { return }
        ScreenGuard.restore()
        _exit(130)
    }

    /// A crash says that it is one and nothing else: the language's own crash report shows registers and memory, which may
    /// hold captured bytes, and so may a core file.
    private static func die() {
        ScreenGuard.restore()
        let line: StaticString = "brokertap: internal error; please report the version and the command line\n"
        _ = write(2, line.utf8Start, line.utf8CodeUnitCount)
        _exit(70)
    }
}
