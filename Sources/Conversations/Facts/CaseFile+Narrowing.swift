import Streams
public import Vocabulary

/// Which facts belong to a view of the case.
public struct CaseSelection {
    public var connection: (ConnectionRecord) -> Bool
    /// Connections that are counted by client host and server only.
    public var folded: (ClientAtServer) -> Bool
    /// A fact about a client host, a client id and a server, as far as it names them.
    public var parties: (IPAddress, StringID, Endpoint?) -> Bool
    public var span: (_ first: CaptureTime, _ last: CaptureTime) -> Bool
    /// Not all of the capture's time: what is counted by row has to be counted anew.
    public var isPartOfTime: Bool

    public init(
        isPartOfTime: Bool, connection: @escaping (ConnectionRecord) -> Bool,
        folded: @escaping (ClientAtServer) -> Bool,
        parties: @escaping (IPAddress, StringID, Endpoint?) -> Bool,
        span: @escaping (_ first: CaptureTime, _ last: CaptureTime) -> Bool
    ) {
        self.isPartOfTime = isPartOfTime
        self.connection = connection
        self.folded = folded
        self.parties = parties
        self.span = span
    }
}

extension CaseFile {
    /// The case with the selected facts alone: connections, their sums, errors, addresses given out and look-ups. Times of
    /// the capture, names and texts stay those of the whole. Response times are not among them: their histograms mix
    /// clients and times.
    public func narrowed(to selection: CaseSelection) -> CaseFile {
        let part = CaseFile(limits: limits)
        (part.strings, part.topics) = (strings, topics)
        (part.firstTime, part.lastTime) = (firstTime, lastTime)
        part.takeLimits(of: self)
        part.connections = connections.narrowed(to: selection)
        part.addresses = addresses.narrowed(to: selection)
        part.totals.keysUsed = totals.keysUsed
        part.totals.packets = totals.packets
        for record in part.connections.records { part.totals += Totals(of: record) }
        for row in part.connections.folded.values { part.totals += row.totals }
        narrowErrors(into: part, selection)
        return part
    }

    private func narrowErrors(into part: CaseFile, _ selection: CaseSelection) {
        let events = errors.events.narrowed {
            selection.parties($0.client.address, $0.clientId, $0.server) && selection.span($0.time, $0.time)
        }
        // Where single errors found no room, a row's count is that of the whole capture.
        guard selection.isPartOfTime, !hasReached("errorRows") else {
            part.errors.events = events
            part.errors.rows = errors.rows.narrowed { key, row in
                selection.parties(key.client, key.clientId, key.server) && selection.span(row.first, row.last)
            }
            return
        }
        for event in events { part.add(event, about: []) }
        for (place, key) in part.errors.rows.keys.enumerated() {
            part.errors.rows.change(at: place) { $0.courses = errors.rows[key]?.courses ?? [:] }
        }
    }
}
