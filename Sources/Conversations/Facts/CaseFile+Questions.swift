import Streams
public import Vocabulary

/// Questions that several readers of the facts ask.
extension CaseFile {
    /// When a server answered a client host, thinned out, in order.
    public func answerTimes(of server: Endpoint, to client: IPAddress) -> [CaptureTime] {
        answersByClient[FoldedKey(client: client, server: server)]?.times ?? []
    }

    /// Response times of an API at a server, waits for nothing to read left out; nil before its first answer.
    public func latency(of api: Int16, at server: Endpoint) -> Histogram? {
        histogramPlaces[LatencyKey(api: api, longPoll: false, server: server, clientId: .none, client: nil)].map {
            histograms[Int($0)]
        }
    }

    /// How many answers of an API a client got.
    public func answers(to api: Int16, of client: IPAddress, _ clientId: StringID) -> Int64 {
        [false, true].reduce(0) { sum, longPoll in
            let key = LatencyKey(api: api, longPoll: longPoll, server: nil, clientId: clientId, client: client)
            return sum + (histogramPlaces[key].map { histograms[Int($0)].count } ?? 0)
        }
    }

    /// Response times with whose they are.
    public var latency: [LatencyKey: Histogram] { histogramPlaces.mapValues { histograms[Int($0)] } }

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
