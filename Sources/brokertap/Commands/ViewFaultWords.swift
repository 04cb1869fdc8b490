internal import Pipeline
internal import Reports
internal import Vocabulary

/// Why a view shows nothing, in words that name what there is.
enum ViewFaultWords {
    private static let listed = 12

    /// - Parameter time: how times are shown that are near a moment.
    static func text(_ fault: ViewFault, time: (CaptureTime?) -> TimeDisplay) -> String {
        switch fault {
        case .unknownClient(let name, let known, let names): unknown("client", name, known, names)
        case .unknownBroker(let name, let known, let names): unknown("broker", name, known, names)
        case .emptyWindow(let from, let to, let capture): window(from, to, capture, time(capture?.lowerBound))
        case .nothingInCommon:
            "nothing in the capture fits --client, --broker, --from and --to at once; leave one of them out"
        }
    }

    private static func unknown(_ noun: String, _ name: String, _ known: [String], _ names: [String]) -> String {
        // Of numbers and other short names, any is near any other.
        let nearest = name.count > 2 ? EditDistance.nearest(to: name.lowercased(), in: names) : nil
        let guess = nearest.map { "; did you mean \(shown($0))?" } ?? ""
        let head = "--\(noun) \(shown(name)): no such \(noun) in this capture\(guess)"
        if known.isEmpty { return head + " (there is no \(noun) at all)" }
        let more = known.count > listed ? [" and \(known.count - listed) more"] : []
        return head + "\n  \(noun)s here: " + known.prefix(listed).map(shown).joined(separator: ", ")
            + (more.first ?? "")
    }

    private static func window(
        _ from: CaptureTime?, _ to: CaptureTime?, _ capture: ClosedRange<CaptureTime>?, _ time: TimeDisplay
    ) -> String {
        guard let capture else { return "--from, --to: there are no packets in the capture" }
        let span = "the capture goes from \(time.moment(capture.lowerBound)) to \(time.moment(capture.upperBound))"
        let bounds = [from.map { "--from \(time.moment($0))" }, to.map { "--to \(time.moment($0))" }]
        let head = bounds.compactMap(\.self).joined(separator: " ")
        if let from, let to, from > to { return "\(head): the end is before the beginning; \(span)" }
        return "\(head): nothing was captured then; \(span)"
    }

    /// Names come from the wire.
    private static func shown(_ name: String) -> String { ShownName.of(name) }
}
