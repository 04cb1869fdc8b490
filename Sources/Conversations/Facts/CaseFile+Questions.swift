import Streams
public import Vocabulary

/// Questions that several readers of the facts ask.
extension CaseFile {
    /// `name version`, or nil where the client did not say (KIP-511).
    public func software(_ record: ConnectionRecord) -> String? {
        guard let name = text(record.kafka.softwareName) else { return nil }
        return text(record.kafka.softwareVersion).map { "\(name) \($0)" } ?? name
    }

    /// Open connections are judged up to the end of the source that shows them.
    /// - Parameter end: of the source with a frame, where it may be another than the capture's.
    public func noteEnds(_ end: (FrameRef) -> CaptureTime?) {
        for record in connections.records where record.isOpen && record.isSeenAtOnePlace {
            guard let end = end(record.tcp.lastFrame), end < lastTime else { continue }
            record.tcp.pausedAt = min(end, record.tcp.pausedAt ?? end)
        }
    }
}

extension ConnectionRecord {
    /// The connection's id in the report, from its first frame.
    public var id: String { Self.id(ofFirst: tcp.firstFrame) }

    public static func id(ofFirst frame: FrameRef) -> String {
        frame.source == 0 ? "c\(frame.number)" : "c\(frame.source + 1).\(frame.number)"
    }

    var isSeenAtOnePlace: Bool { tcp.sides.0.otherView.isNone && tcp.sides.1.otherView.isNone }

    /// A connection attempt that came to nothing.
    public var isFailedAttempt: Bool {
        switch tcp.end {
        case .refused, .rejected, .noAnswer: true
        default: false
        }
    }
}

extension String {
    public var droppingFinalDot: String { hasSuffix(".") ? String(dropLast()) : self }
}

extension Array where Element: Hashable {
    /// The elements without repetition, in order.
    public var unique: [Element] {
        var seen: Set<Element> = []
        return filter { seen.insert($0).inserted }
    }
}
