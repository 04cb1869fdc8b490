internal import Capture
internal import Pipeline
internal import ReportModel
internal import Reports
internal import Vocabulary

/// `brokertap live`.
struct LiveCommand {
    private let arguments: ParsedArguments
    private let commandLine: [String]
    private let settings: LiveSettings

    init(_ arguments: ParsedArguments, commandLine: [String]) throws(UsageError) {
        self.arguments = arguments
        self.commandLine = commandLine
        try ReportOutputs.check(arguments)
        settings = try LiveSettings(arguments)
    }

    /// - Returns: the exit status of the contract.
    func run() -> Int32 {
        let analyzer: LiveAnalyzer
        var server: StatusServer?
        do {
            if let place = settings.serve { server = try StatusServer(place: place) }
            var options = settings.options
            if let server { options.capture.ownService = try Self.ownService(server) }
            analyzer = try LiveAnalyzer(options: options)
            try Privileges.drop(environment: TerminalFacts.environment)
        } catch let fault as CaptureFault {
            StandardError.say("\(fault)")
            return ExitStatus.unusable
        } catch let failure as StatusServer.Failure {
            StandardError.say(failure.what)
            return ExitStatus.unusable
        } catch let failure as Privileges.Failure {
            StandardError.say(failure.what)
            return ExitStatus.unusable
        } catch {
            StandardError.say("\(error)")
            return ExitStatus.unusable
        }
        guard let outputs = LiveOutputs(arguments, commandLine, settings) else { return ExitStatus.unusable }
        guard let keeping = LiveKeeping(analyzer, settings) else { return ExitStatus.unusable }
        outputs.recorded = { keeping.recorded }
        if let server { StandardError.say("serving http://\(server.address)/") }
        let loop = LiveLoop(analyzer, settings, outputs, keeping, server)
        let report = outputs.dressed(loop.run())
        let fine = outputs.writeReport(report) && !loop.failed
        if let fault = analyzer.viewFault {
            let zone = arguments.value("tz") ?? "UTC"
            StandardError.say(ViewFaultWords.text(fault, time: { TimeArguments.display(zone, at: $0) }))
            return ExitStatus.unusable
        }
        return fine ? ExitStatus.of(report, failOn: arguments.all("fail-on")) : ExitStatus.unusable
    }

    /// Where the status server can be reached: of that nothing is captured.
    private static func ownService(_ server: StatusServer) throws(CaptureFault) -> (
        addresses: [IPAddress], port: UInt16
    ) {
        let address = server.endpoint.address
        if !address.isUnspecified, address.embeddedIPv4 != 0 { return ([address], server.endpoint.port) }
        return (try CaptureInterface.all().flatMap(\.addresses), server.endpoint.port)
    }
}
