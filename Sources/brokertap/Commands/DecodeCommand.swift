internal import Pipeline
internal import Reports
internal import Vocabulary

/// `brokertap decode`.
struct DecodeCommand {
    private let arguments: ParsedArguments
    private let options: ListingOptions

    init(_ arguments: ParsedArguments) throws(UsageError) {
        self.arguments = arguments
        options = try Self.options(arguments)
        try OutputCheck.check([arguments.value("json")].compactMap(\.self), inputs: arguments.operands)
    }

    private static func options(_ arguments: ParsedArguments) throws(UsageError) -> ListingOptions {
        var options = ListingOptions()
        options.analysis = try AnalyzeCommand.options(arguments)
        options.isJSON = arguments.has("json")
        options.apis = arguments.all("api")
        options.topics = arguments.all("topic")
        options.groups = arguments.all("group")
        options.errors = arguments.all("error")
        options.connections = arguments.all("connection")
        options.finding = arguments.value("finding")
        if let text = arguments.value("slower") {
            guard let time = Quantity.nanoseconds(text) else {
                throw UsageError(message: "--slower cannot be '\(text)': it is a time such as 1s or 250ms")
            }
            options.slowerThan = time
        }
        guard let text = arguments.value("context") else { return options }
        guard options.finding != nil else { throw UsageError(message: "--context goes with --finding") }
        guard let count = Int(text), (0...100_000).contains(count) else {
            throw UsageError(message: "--context cannot be '\(text)': it is a number from 0 to 100000")
        }
        options.context = count
        return options
    }

    /// - Returns: the exit status of the contract.
    func run() throws(UsageError) -> Int32 {
        guard InputCheck.areReadable(arguments.operands) else { return ExitStatus.unusable }
        var listed: Listed?
        var fault: (any Error)?
        let isWritten = Output.write(to: arguments.value("json") ?? "-") { sink in
            do { listed = try list(to: sink) } catch { fault = error }
        }
        if let fault = fault as? ListingFault { throw fault.usageError }
        if let fault { return ReadingFault.say(fault, arguments) }
        guard isWritten, let listed else { return ExitStatus.unusable }
        note(listed)
        return ExitStatus.fine
    }

    private func list(to sink: any ByteSink) throws -> Listed {
        var line = ProgressLine(enabled: !arguments.has("no-progress"))
        defer { line.clear() }
        return try MessageListing(options).run(
            paths: arguments.operands,
            offset: { TimeArguments.display(arguments.value("tz") ?? "UTC", at: $0).offsetSeconds },
            progress: { progress in
                // Who read it has gone (`| head`), or the disk is full.
                let isTaken = (sink as? FileDescriptorSink).map { $0.outcome == .fine } ?? true
                return line.goesOn(progress) && isTaken
            },
            write: { sink.write($0) })
    }

    /// What else there is to know, on standard error.
    private func note(_ listed: Listed) {
        for fault in listed.faults { StandardError.say(fault) }
        for trip in listed.trips {
            StandardError.say("limit \(trip.name) (\(trip.allowed)) was reached: \(trip.leftOut)")
        }
        if listed.isStopped, Signals.interrupted { StandardError.say("stopped before the end of the capture") }
        if listed.messages == 0, !listed.isStopped { StandardError.say("no message matches") }
    }
}

extension ListingFault {
    /// In words, with what was probably meant.
    var usageError: UsageError {
        switch self {
        case .needsFiles:
            UsageError(
                message: "the capture is read more than once, which a pipe does not allow: save it to a file first")
        case .noSuchApi(let name, let known): Self.unknown("no API is called '\(name)'", name, known)
        case .noSuchError(let name, let known): Self.unknown("no error code is called '\(name)'", name, known)
        case .noSuchFinding(let id, let known):
            UsageError(
                message: "there is no finding '\(id)' in this capture"
                    + (known.isEmpty ? ", nor any other" : "; there are \(known.prefix(20).joined(separator: ", "))"))
        }
    }

    private static func unknown(_ message: String, _ name: String, _ known: [String]) -> UsageError {
        let lowered = name.lowercased()
        let nearest = EditDistance.nearest(to: lowered, in: known.map { $0.lowercased() })
        return UsageError(message: message, suggestion: known.first { $0.lowercased() == nearest })
    }
}
