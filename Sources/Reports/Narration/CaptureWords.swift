internal import ReportModel

/// Words for `capture-incomplete`.
enum CaptureWords {
    static func incomplete(_ view: Case) -> Words {
        var words = Words(title: title(view))
        words.explanation.add(
            "What is not in the capture cannot be judged, and conclusions that rest on it are held back.")
        words.explanation.add(view.number(.packetsDropped)) {
            "\(Format.count($0, "packet")) were dropped while capturing."
        }
        words.explanation.add(view.number(.bytesMissing)) { "\(Format.bytes(Int64($0))) of the streams are missing." }
        words.explanation.add(view.text(.fault)) {
            "Reading ended early: \($0)" + (view.text(.faultOffset).map { " (offset \($0))" } ?? "") + "."
        }
        words.explanation.add(view.ms(.clockStepMs)) { clockSteps($0, view.number(.clockSteps) ?? 1) }
        words.explanation.add(view.text(.sawInstead)) { "Seen instead: \($0)." }
        words.advice.add(CaptureAdvice.record)
        return words
    }

    private static func title(_ view: Case) -> String {
        if view.finding.doubt == [.clockStepped] { return "the capture's clock was set while it ran" }
        return "the capture is incomplete" + (view.text(.whatIsMissing).map { ": \($0)" } ?? "")
    }

    private static func clockSteps(_ first: Double, _ count: Int) -> String {
        let times = count > 1 ? "\(count) times, first" : "once,"
        return "The capturing host's clock was set \(times) \(first < 0 ? "back" : "forward") by"
            + " \(Format.duration(ms: abs(first))); TCP's own timestamps show that no time passed on either host. Times behind"
            + " it are told as if it had not been set."
    }
}

/// How to capture so that more can be told.
enum CaptureAdvice {
    static let record =
        "Capture whole packets with a large buffer, on the client's or the broker's own host, from before the"
        + " connections open: tcpdump -i any -s 0 -B 65536 -w kafka.pcap 'tcp port 9092 or udp port 53'."
    static let keys =
        "Give the TLS keys of one side (a key log in the form of SSLKEYLOGFILE), or capture on a plaintext"
        + " listener."
    static let bothWays = "Capture both directions: on an end host instead of a mirror port, or mirror both."
}
