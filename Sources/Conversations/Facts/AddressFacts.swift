public import Vocabulary

/// Where nodes are said to be, and what names lead to.
public struct AddressFacts {
    public internal(set) var claims: BoundedList<AddressClaim>
    public internal(set) var dns: BoundedList<DNSAnswer>
    public internal(set) var neighbours: NeighbourFacts
    /// Names of addresses, from DNS answers, the capture's name blocks and the user's hosts file.
    public var names: [IPAddress: String] = [:]
    private let namesBound: Bound
    private var namesLeftOut = 0

    init(_ limits: Limits) {
        claims = BoundedList(
            Bound(name: "addressClaims", most: limits.addressClaims, leftOut: "addresses given out beyond it"))
        dns = BoundedList(Bound(name: "dnsAnswers", most: limits.dnsAnswers, leftOut: "DNS answers beyond it"))
        neighbours = NeighbourFacts(limits)
        namesBound = Bound(name: "dnsAnswers", most: limits.dnsAnswers, leftOut: "names of addresses beyond it")
    }

    var limitsReached: [LimitTrip?] {
        [claims.limitReached, dns.limitReached, neighbours.limitReached, namesBound.reached(beyond: namesLeftOut)]
    }

    /// Notes what DNS called an address, unless that is known better.
    mutating func learn(name: String, of address: IPAddress) {
        guard names[address] == nil else { return }
        if names.count < namesBound.most { names[address] = name } else { namesLeftOut += 1 }
    }

    func narrowed(to selection: CaseSelection) -> Self {
        var part = self
        part.claims = claims.narrowed {
            selection.parties($0.client, $0.clientId, $0.toldBy) && selection.span($0.firstTime, $0.firstTime)
        }
        part.dns = dns.narrowed {
            selection.parties($0.client, .none, nil) && selection.span($0.firstTime, $0.firstTime)
        }
        part.neighbours = neighbours.narrowed(to: selection)
        part.namesLeftOut = 0
        return part
    }
}

/// "Node N is at host:port", as one broker told one client, and what that client needs the node for.
public struct AddressClaim: Sendable {
    /// The client's host.
    public var client: IPAddress
    public var clientId: StringID
    /// Where the client was connected when it was told.
    public var toldBy: Endpoint
    public var node: Int32
    public var host: StringID
    public var port: Int32
    public var rack: StringID
    public var clusterId: StringID
    /// API whose response carried it.
    public var api: Int16
    /// The most that the node led, in one answer, of the topics that the client asked for.
    public var leads = Leadership()
    /// An answer said who leads partitions that the client asked for: this node or another.
    public var leadersTold = false
    /// The node coordinates a group or a transactional id of the client; which, where the answer says.
    public var coordinates = false
    public var coordinated: [StringID] = []
    /// The connection that it came on was encrypted, or signed in.
    public var overTLS: Bool
    public var signedIn: Bool

    /// No other client of this host had been told it by this server.
    public internal(set) var isNews = true
    public var firstTime: CaptureTime
    public var firstFrame: FrameRef
    public var lastTime: CaptureTime
    public var count = 1
    /// Frames of the first few answers with it.
    public var frames: [FrameRef]

    /// What was given out, and to whom.
    public struct Place: Hashable, Sendable {
        public var client: IPAddress
        public var host: StringID
        public var port: Int32
    }
    public var place: Place { Place(client: client, host: host, port: port) }

    /// Adds what a later answer says of the same address.
    mutating func add(_ later: AddressClaim) {
        count += 1
        lastTime = later.lastTime
        if frames.count < CaseFile.framesPerFact { frames += later.frames }
        if later.leads.count > leads.count { leads = later.leads }
        if later.leadersTold { leadersTold = true }
        if later.coordinates { coordinates = true }
        for id in later.coordinated where coordinated.count < Self.coordinatedAtMost && !coordinated.contains(id) {
            coordinated.append(id)
        }
    }
    private static let coordinatedAtMost = 8
}

/// One question and what came of it, from DNS in the same capture.
public struct DNSAnswer: Sendable {
    /// Who asked.
    public var client: IPAddress
    /// Lower case, without the dot at its end.
    public var name: StringID
    /// 1 = A, 12 = PTR (the name is then that of an address), 28 = AAAA.
    public var type: UInt16
    /// The question was for the name of an address.
    public var isReverse: Bool { type == 12 }
    /// 0 no error, 2 SERVFAIL, 3 NXDOMAIN; nil: asked and never answered.
    public var code: UInt8?
    public var addresses: [IPAddress]
    public var firstTime: CaptureTime
    public var lastTime: CaptureTime
    public var frames: [FrameRef]
    /// How often. A message sent again counts once.
    public var count = 1
    /// Of the last message.
    var lastId: Int
    /// Of a question: since when it waits for its answer; nil while it waits for none.
    public internal(set) var waitsSince: CaptureTime?
    /// The longest that an answer took, nanoseconds, and when that one was asked.
    public internal(set) var slowest: Int64 = 0
    public internal(set) var slowestAsked = CaptureTime.distantPast
    /// How many answers came, and how many of them took a second or more.
    public internal(set) var answeredCount = 0
    public internal(set) var slowCount = 0
    /// Of a question: when it last led to an address, and what was asked in vain since then.
    public internal(set) var lastResolved: CaptureTime?
    public internal(set) var vain: VainLookUps?
    /// The longest time for which the name servers failed to answer (SERVFAIL), and behind which it led to an address.
    public internal(set) var failedFor: VainLookUps?

    init(
        client: IPAddress, name: StringID, type: UInt16, code: UInt8?, addresses: [IPAddress], firstTime: CaptureTime,
        lastTime: CaptureTime, frames: [FrameRef], count: Int = 1, lastId: Int
    ) {
        (self.client, self.name, self.type, self.code, self.addresses) = (client, name, type, code, addresses)
        (self.firstTime, self.lastTime, self.frames) = (firstTime, lastTime, frames)
        (self.count, self.lastId) = (count, lastId)
        waitsSince = code == nil ? firstTime : nil
    }

    /// Adds what a later message says of the same look-up.
    mutating func add(_ later: [IPAddress], id: Int, at time: CaptureTime, _ frame: FrameRef) {
        let isResent = lastId == id && time.since(lastTime) < Self.askedAgainWithin
        if !isResent {
            count += 1
            if code == nil, waitsSince != nil { noteVain(nil, at: lastTime, frame) }
        }
        if code == nil { ask(at: time) }
        (lastId, lastTime) = (id, time)
        if frames.count < CaseFile.framesPerFact { frames.append(frame) }
        for address in later where !addresses.contains(address) && addresses.count < Self.addressesAtMost {
            addresses.append(address)
        }
    }
    /// A resolver that hears nothing asks again under the same id: that is one look-up.
    private static let askedAgainWithin = Span.seconds(30)
    private static let addressesAtMost = 32

    /// It is asked, or asked again.
    mutating func ask(at time: CaptureTime) {
        if let since = waitsSince, time.since(since) < Self.lookUpWithin { return }
        waitsSince = time
    }
    /// A resolver that hears nothing goes on for so long.
    private static let lookUpWithin = Span.seconds(30)

    /// The question was answered, with a code and with addresses or without.
    mutating func answer(_ code: UInt8, _ addresses: [IPAddress], at time: CaptureTime, _ frame: FrameRef) {
        if addresses.isEmpty {
            if waitsSince != nil { noteVain(code, at: time, frame) }
        } else {
            noteEnd(of: vain)
            (lastResolved, vain) = (time, nil)
        }
        guard let asked = waitsSince, time >= asked else { return }
        waitsSince = nil
        let wait = time.since(asked)
        answeredCount += 1
        if wait >= Span.seconds(1) { slowCount += 1 }
        if wait > slowest { (slowest, slowestAsked) = (wait, asked) }
    }
}

extension DNSAnswer {
    /// Look-ups of one name that led to no address, one after the other.
    public struct VainLookUps: Sendable {
        public var count = 0
        /// So many of them no name server could answer (SERVFAIL).
        var serverFailures = 0
        /// As in `DNSAnswer`: of the last that was answered.
        public var code: UInt8?
        public var since: CaptureTime
        public var last: CaptureTime
        public var frames: [FrameRef] = []
    }

    private mutating func noteEnd(of vain: VainLookUps?) {
        guard let vain, vain.count > 0, vain.serverFailures == vain.count else { return }
        if vain.last.since(vain.since) > failedFor.map({ $0.last.since($0.since) }) ?? -1 { failedFor = vain }
    }
    private static let serverFailure: UInt8 = 2

    private mutating func noteVain(_ code: UInt8?, at time: CaptureTime, _ frame: FrameRef) {
        var row = vain ?? VainLookUps(since: time, last: time)
        row.count += 1
        row.last = max(row.last, time)
        row.code = code ?? row.code
        if code == Self.serverFailure { row.serverFailures += 1 }
        if row.frames.count < CaseFile.framesPerFact { row.frames.append(frame) }
        vain = row
    }
}

/// What Metadata said of the cluster, by the address that said it.
public struct ClusterSighting: Sendable {
    public var server: Endpoint
    public var clusterId: StringID
    public var firstTime: CaptureTime
    public var firstFrame: FrameRef
    public var lastTime: CaptureTime
    public var client: IPAddress
}
