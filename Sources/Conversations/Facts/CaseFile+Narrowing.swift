import Streams
public import Vocabulary

/// Which facts belong to a view of the case.
public struct CaseSelection {
    public var connection: (ConnectionRecord) -> Bool
    /// Connections that are counted by client host and server only.
    public var folded: (CaseFile.FoldedKey) -> Bool
    /// A fact about a client host, a client id and a server, as far as it names them.
    public var parties: (IPAddress, StringID, Endpoint?) -> Bool
    public var span: (_ first: CaptureTime, _ last: CaptureTime) -> Bool
    /// Not all of the capture's time: what is counted by row has to be counted anew.
    public var isPartOfTime: Bool

    public init(
        isPartOfTime: Bool, connection: @escaping (ConnectionRecord) -> Bool,
        folded: @escaping (CaseFile.FoldedKey) -> Bool,
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
        (part.strings, part.topicNames, part.names) = (strings, topicNames, names)
        (part.firstTime, part.lastTime, part.trips) = (firstTime, lastTime, trips)
        part.connections = connections.filter(selection.connection)
        part.folded = folded.filter { selection.folded($0.key) }
        part.claims = claims.filter {
            selection.parties($0.client, $0.clientId, $0.toldBy) && selection.span($0.firstTime, $0.firstTime)
        }
        part.dns = dns.filter {
            selection.parties($0.client, .none, nil) && selection.span($0.firstTime, $0.firstTime)
        }
        part.totals.keysUsed = totals.keysUsed
        part.totals.packets = totals.packets
        for record in part.connections { part.totals += Totals(of: record) }
        for row in part.folded.values { part.totals += row.totals }
        narrowErrors(into: part, selection)
        return part
    }

    private func narrowErrors(into part: CaseFile, _ selection: CaseSelection) {
        let events = errorEvents.filter {
            selection.parties($0.client.address, $0.clientId, $0.server) && selection.span($0.time, $0.time)
        }
        if selection.isPartOfTime, trips["errorRows"] == nil {
            for event in events { part.add(event, about: []) }
            for key in part.errorRows.keys { part.errorRows[key]?.courses = errorRows[key]?.courses ?? [:] }
            return
        }
        part.errorEvents = events
        // Where single errors found no room, a row's count is that of the whole capture.
        part.errorRows = errorRows.filter {
            selection.parties($0.key.client, $0.key.clientId, $0.key.server)
                && selection.span($0.value.first, $0.value.last)
        }
    }
}
