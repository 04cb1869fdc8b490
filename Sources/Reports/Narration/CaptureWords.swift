internal import ReportModel

/// Words for `capture-incomplete`.
enum CaptureWords {
    static func incomplete(_ view: Case) -> Words {
        let missing = view.text(.whatIsMissing)
        var words = Words(title: "the capture is incomplete" + (missing.map { ": \($0)" } ?? ""))
        words.explanation.add(
            "What is missing cannot be judged, so conclusions that would rest on it are held back.")
        words.explanation.add(view.number(.packetsDropped)) {
            "\(Format.count($0, "packet")) \($0 == 1 ? "was" : "were") dropped while capturing."
        }
        words.explanation.add(view.number(.bytesMissing)) { "\(Format.bytes(Int64($0))) of the streams are missing." }
        words.explanation.add(view.text(.fault)) {
            "Reading ended early: \($0)" + (view.text(.faultOffset).map { " (offset \($0))" } ?? "") + "."
        }
        words.explanation.add(view.text(.sawInstead)) { "Seen instead: \($0)." }
        words.advice.add(CaptureAdvice.record)
        return words
    }
}

/// How to capture so that more can be said.
enum CaptureAdvice {
    static let record = HelpStep(
        text: "Capture whole packets on the client's or the broker's host, before the connections open",
        command: "tcpdump -i any -s 0 -B 65536 -w kafka.pcap 'tcp port 9092 or udp port 53'")
    static let keys = HelpStep(
        text: "Give the TLS keys of one side with --keylog, or capture on a plaintext listener.", command: nil)
    static let otherKeys = HelpStep(
        text:
            "Give the key log of a program that was captured, running with SSLKEYLOGFILE before its connections opened.",
        command: nil)
    static let bothWays = HelpStep(
        text: "Capture on an end host instead of a mirror port, or mirror both directions.", command: nil)
}
