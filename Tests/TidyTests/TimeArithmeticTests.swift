import Testing

/// Times come from files and may be anything: they are added and subtracted by what saturates (`CaptureTime`, `addingSaturated`),
/// for a raw `+` or `-` ends the process where the sum has no room.
@Suite struct TimeArithmeticTests {
    @Test func noTimeIsAddedOrSubtractedRaw() {
        let files = SourceTree.sources.filter { !$0.path.hasPrefix("Sources/Vocabulary/") && !$0.isGenerated }
        #expect(files.count > 100)
        for file in files {
            for (number, line) in file.code.enumerated() where Self.isRaw(line) {
                Issue.record("\(file.path):\(number + 1): raw arithmetic on times: \(line.trimmedText)")
            }
        }
    }

    @Test(arguments: [
        ("a.nanoseconds - b.nanoseconds", true), ("sum += time.nanoseconds", true),
        ("x + record.tcp.firstTime.nanoseconds", true),
        ("abs(one.since(other)) < 5", true), ("-one.since(other)", true), ("one.since(other) - waited", true),
        ("sum += one.since(other)", true), ("one.nanoseconds &- other.nanoseconds", false),
        ("one.nanoseconds.subtractingSaturated(other)", false), ("one.since(other) > limit", false),
        ("one.since(other).distanceFromZero", false), ("sum = sum.addingSaturated(one.since(other))", false),
        ("one.since(other) / 2", false),
    ])
    func rawIsKnown(line: String, isRaw: Bool) { #expect(Self.isRaw(line) == isRaw) }

    private static func isRaw(_ line: String) -> Bool {
        // Most lines are about no time, and patterns take long.
        guard line.contains("nanoseconds") || line.contains(".since(") else { return false }
        return line.contains(#/(?:^|[^&])[-+]=? [A-Za-z0-9_.$?()\[\]]*\.nanoseconds\b/#)
            || line.contains(#/\.nanoseconds [-+*]/#) || line.contains(#/abs\([^()]*\.since\(/#)
            || line.contains(#/[-+]=? ?[A-Za-z0-9_.$?]+\.since\(/#) || line.contains(#/\.since\([^()]*\) [-+*]/#)
    }
}
