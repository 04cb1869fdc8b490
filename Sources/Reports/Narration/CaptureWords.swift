internal import ReportModel

/// Words for `capture-incomplete`.
enum CaptureWords {
    static func incomplete(_ view: Case) -> Words {
        let missing = view.text(.whatIsMissing)
        var words = Words(title: "the capture is incomplete" + (missing.map { ": \($0)" } ?? ""))
        words.explanation.add(
            "What is not in the capture cannot be judged, and conclusions that rest on it are held back.")
        words.explanation.add(view.number(.packetsDropped)) {
            "\(Format.count($0, "packet")) were dropped while capturing."
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

/// How to capture so that more can be told.
enum CaptureAdvice {
    static let record =
        "Capture whole packets with a large buffer, on the client's or the broker's own host, from before the"
        + " connections open: tcpdump -i any -s 0 -B 65536 -w kafka.pcap 'tcp port 9092 or udp port 53'."
    static let keys =
        "Give the TLS keys of one side (a key log in the form of SSLKEYLOGFILE), or capture on a plaintext"
        + " listener."
    static let otherKeys =
        "Give the key log of a program that was captured, one that ran with SSLKEYLOGFILE from before its connections opened: a log"
        + " of another run opens nothing."
    static let bothWays = "Capture both directions: on an end host instead of a mirror port, or mirror both."
}
