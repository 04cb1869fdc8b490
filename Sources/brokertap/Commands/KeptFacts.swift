internal import Pipeline
internal import Vocabulary

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Musl
#endif

/// `--facts` and `--checkpoint`.
struct KeptFacts {
    /// Where the facts go.
    let output: String
    /// What is read before the operands: the checkpoint of an earlier run, where there is one.
    let inputs: [String]

    /// Nil where neither is asked for.
    init?(_ arguments: ParsedArguments) throws(UsageError) {
        let (facts, checkpoint) = (arguments.value("facts"), arguments.value("checkpoint"))
        guard let output = facts ?? checkpoint else { return nil }
        if facts != nil, checkpoint != nil {
            throw UsageError(message: "--facts and --checkpoint write the same: give one of them")
        }
        if output == "-" {
            throw UsageError(message: "--\(facts == nil ? "checkpoint" : "facts") needs a file, not standard output")
        }
        try OutputCheck.check([output, PartFile.path(of: output)], inputs: arguments.operands)
        self.output = output
        inputs = checkpoint != nil && access(output, F_OK) == 0 ? [output] : []
    }

    /// Says what a facts file lacks.
    func tell(_ written: WrittenFacts?) {
        guard let written else { return StandardError.say("\(output) was not written: the run was stopped") }
        for loss in written.losses { StandardError.say("\(output) lacks \(loss)") }
    }
}

/// `--follow` and `--for`.
struct FollowArguments {
    private let path: String
    private let end: Int64?
    private static let pause = timespec(tv_sec: 0, tv_nsec: 200_000_000)

    /// Nil where nothing is followed.
    init?(_ arguments: ParsedArguments) throws(UsageError) {
        guard arguments.has("follow") else {
            if arguments.has("for") { throw UsageError(message: "--for needs --follow") }
            return nil
        }
        guard let newest = Self.newest(arguments.operands) else {
            throw UsageError(message: "--follow needs a capture file that is there; a pipe is followed without it")
        }
        path = newest
        guard let text = arguments.value("for") else {
            end = nil
            return
        }
        guard let span = Quantity.nanoseconds(text) else {
            throw UsageError(message: "--for cannot be '\(text)': it is a time such as 90s, 10m or 2h")
        }
        end = MonotonicClock.now.addingReportingOverflow(span).partialValue
    }

    func set(_ options: inout AnalyzerOptions) {
        options.followed = path
        options.waitsForMore = { [end] in
            if Signals.interrupted || end.map({ MonotonicClock.now >= $0 }) == true { return false }
            var pause = Self.pause
            nanosleep(&pause, nil)
            return true
        }
    }

    /// The plain file that was written last.
    private static func newest(_ paths: [String]) -> String? {
        var newest: (path: String, time: timespec)?
        for path in paths where path != "-" {
            var status = stat()
            guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { continue }
            if let known = newest,
                (known.time.tv_sec, known.time.tv_nsec) > (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
            {
                continue
            }
            newest = (path, status.st_mtim)
        }
        return newest?.path
    }
}

extension FactsFault {
    var words: String {
        switch self {
        case .needsFiles:
            "--facts and --checkpoint read the captures again, which a pipe cannot be: write it to a file first"
        case .cannotWrite(let reason): "the facts file cannot be written (\(reason))"
        case .twice(let name): "\(name) is there twice, perhaps in the checkpoint already: name each capture once"
        }
    }
}
