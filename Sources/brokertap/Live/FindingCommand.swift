internal import ReportModel
internal import Vocabulary

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Musl
#endif

/// Runs a command of the user's for each new finding, which it gets as JSON on its standard input. Nothing waits for it.
final class FindingCommand {
    private struct Child {
        var process: pid_t
        var since: Int64
        /// Of its standard input; -1 once it has all.
        var input: Int32
        var bytes: [UInt8]
        var written = 0
        var isTold = false
    }

    private let command: String
    private var queue: [[UInt8]] = []
    private var children: [Child] = []
    /// How many may begin now; grows by one a second.
    private var credit: Double
    private var lastTurn: Int64?
    private(set) var leftOut = 0
    private var complaints: [String] = []
    private static let burst = 5.0
    private static let atOnce = 4
    private static let queued = 50
    /// A command that runs for longer is ended, and then killed.
    private static let patience = Span.seconds(60)
    private static let killedAfter = Span.seconds(65)
    private static let endPatience = Span.seconds(3)

    init(_ command: String) {
        self.command = command
        credit = Self.burst
    }

    /// - Parameter json: the finding, in a line.
    func tell(_ json: [UInt8]) {
        guard queue.count < Self.queued else {
            leftOut += 1
            if leftOut == 1 {
                complaints.append("--on-finding: findings come faster than the command runs; some are left out")
            }
            return
        }
        queue.append(json)
    }

    /// Goes on as far as that does not wait.
    /// - Returns: what went wrong, in words.
    func turn(at clock: Int64) -> [String] {
        credit = min(Self.burst, credit + Double(clock - (lastTurn ?? clock)) / 1e9)
        lastTurn = clock
        while !queue.isEmpty, children.count < Self.atOnce, credit >= 1 {
            credit -= 1
            start(queue.removeFirst(), clock)
        }
        for i in children.indices.reversed() {
            feed(&children[i])
            if isOver(&children[i], clock) { children.remove(at: i) }
        }
        defer { complaints = [] }
        return complaints
    }

    /// The run is over: what waits begins, and has a moment to take what it is given.
    func finish(clock: () -> Int64) {
        let began = clock()
        while !(queue.isEmpty && children.allSatisfy { $0.input < 0 }), clock() - began < Self.endPatience {
            _ = turn(at: clock())
            usleep(10_000)
        }
        for child in children where child.input >= 0 { close(child.input) }
    }

    private func start(_ json: [UInt8], _ clock: Int64) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return complaints.append("--on-finding: \(String(cString: strerror(errno)))") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        _ = fcntl(ends[1], F_SETFL, O_NONBLOCK)
        let process = spawn(input: ends[0])
        close(ends[0])
        guard let process else {
            close(ends[1])
            return
        }
        children.append(Child(process: process, since: clock, input: ends[1], bytes: json))
    }

    /// By the shell, in a group of its own, so that a Ctrl-C meant for this program is none for it.
    private func spawn(input: Int32) -> pid_t? {
        var (files, attributes) = (posix_spawn_file_actions_t(), posix_spawnattr_t())
        posix_spawn_file_actions_init(&files)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&files)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_adddup2(&files, input, 0)
        for output in [Int32(1), 2] { posix_spawn_file_actions_addopen(&files, output, "/dev/null", O_WRONLY, 0) }
        var signals = sigset_t()
        sigemptyset(&signals)
        for number in [SIGPIPE, SIGINT, SIGTERM, SIGHUP, SIGUSR1] { sigaddset(&signals, number) }
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))
        let texts = ["sh", "-c", command]
        var words: [UnsafeMutablePointer<CChar>?] = texts.map { text in strdup(text) }
        words.append(nil)
        defer { for word in words { free(word) } }
        var process = pid_t()
        let code = posix_spawn(&process, "/bin/sh", &files, &attributes, &words, environ)
        guard code == 0 else {
            complaints.append("--on-finding: /bin/sh cannot be run: \(String(cString: strerror(code)))")
            return nil
        }
        return process
    }

    private func feed(_ child: inout Child) {
        while child.input >= 0, child.written < child.bytes.count {
            let count = child.bytes.withUnsafeBytes { bytes in
                bytes.baseAddress.map { write(child.input, $0 + child.written, bytes.count - child.written) } ?? 0
            }
            if count < 0, errno == EAGAIN || errno == EINTR { return }
            // Who reads no further needs no more.
            if count <= 0 { break }
            child.written += count
        }
        guard child.input >= 0 else { return }
        close(child.input)
        child.input = -1
    }

    private func isOver(_ child: inout Child, _ clock: Int64) -> Bool {
        var status: Int32 = 0
        guard waitpid(child.process, &status, WNOHANG) == 0 else {
            if child.input >= 0 { close(child.input) }
            return true
        }
        let age = clock - child.since
        if age > Self.patience, !child.isTold {
            child.isTold = true
            complaints.append("--on-finding: the command ran for \(Self.patience / 1_000_000_000) s, and was ended")
            kill(-child.process, SIGTERM)
        }
        if age > Self.killedAfter { kill(-child.process, SIGKILL) }
        return false
    }
}
