import CFuzzer

/// libFuzzer's program with one of the targets: `brokertap-fuzz TARGET [libFuzzer's arguments]`.
@main enum FuzzDriver {
    /// libFuzzer calls a C function, which can capture nothing.
    nonisolated(unsafe) private static var chosen: FuzzTarget?

    static func main() {
        let name = CommandLine.arguments.dropFirst().first ?? ""
        guard let target = FuzzTarget.all.first(where: { $0.name == name }) else {
            print(FuzzTarget.all.map { "\($0.name) \($0.longest)" }.joined(separator: "\n"))
            return
        }
        chosen = target
        // The target's name is no argument of libFuzzer's.
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv + 1
        var count = CommandLine.argc - 1
        _ = LLVMFuzzerRunDriver(&count, &arguments) { bytes, count in
            FuzzDriver.chosen?.run(UnsafeBufferPointer(start: bytes, count: count))
            return 0
        }
    }
}
