import Streams
public import Vocabulary

/// Questions that several readers of the facts ask.
extension CaseFile {
    /// `name version`, or nil where the client did not say (KIP-511).
    public func software(_ record: ConnectionRecord) -> String? {
        guard let name = text(record.kafka.softwareName) else { return nil }
        return text(record.kafka.softwareVersion).map { "\(name) \($0)" } ?? name
    }
}

extension ConnectionRecord {
    /// The connection's id in the report, from its first frame.
    public var id: String { Self.id(ofFirst: tcp.firstFrame) }

    public static func id(ofFirst frame: FrameRef) -> String {
        frame.source == 0 ? "c\(frame.number)" : "c\(frame.source + 1).\(frame.number)"
    }

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
