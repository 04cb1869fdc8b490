import Foundation

/// The built program, run as a user runs it.
enum Tool {
    struct Ended {
        var status: Int32
        var output: [UInt8]
        var errors: String
        var text: String { String(decoding: output, as: UTF8.self) }
    }

    /// What `BROKERTAP_PROGRAM` names; otherwise the one beside the test bundle, where the package manager puts all it builds.
    static let path: String = {
        if let named = ProcessInfo.processInfo.environment["BROKERTAP_PROGRAM"] { return named }
        let bundle =
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
        return URL(fileURLWithPath: bundle).deletingLastPathComponent().appendingPathComponent("brokertap").path
    }()

    /// - Parameter input: a file for standard input; nothing where not given.
    /// - Parameter environment: all of it: no variable of the test's own is handed on.
    static func run(
        _ arguments: [String], input: String? = nil, environment: [String: String] = [:], in folder: URL? = nil
    ) throws -> Ended {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        return try finish(process, input, environment, folder)
    }

    /// - Parameter script: for `sh -c`; the program is `$brokertap`.
    static func shell(_ script: String, environment: [String: String] = [:], in folder: URL? = nil) throws -> Ended {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", script]
        return try finish(process, nil, environment.merging(["brokertap": path]) { given, _ in given }, folder)
    }

    private static func finish(
        _ process: Process, _ input: String?, _ environment: [String: String], _ folder: URL?
    ) throws -> Ended {
        let scratch = try Scratch()
        process.environment = environment.merging(["PATH": "/usr/bin:/bin"]) { given, _ in given }
        process.currentDirectoryURL = folder ?? Repository.root
        process.standardInput = FileHandle(forReadingAtPath: input ?? "/dev/null")
        // Files, not pipes: nothing has to be drained while the program runs.
        let (output, errors) = (try sink(scratch, "output"), try sink(scratch, "errors"))
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        process.waitUntilExit()
        let written = try Array(Data(contentsOf: URL(fileURLWithPath: scratch.path("output"))))
        Sums.check(json: written)
        return try Ended(
            status: process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus,
            output: written,
            errors: String(decoding: Data(contentsOf: URL(fileURLWithPath: scratch.path("errors"))), as: UTF8.self))
    }

    private static func sink(_ scratch: Scratch, _ name: String) throws -> FileHandle {
        let path = try scratch.write([], as: name)
        return try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    }
}
