import Capture
import Conversations
public import ReportModel
public import Vocabulary

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Saves the packets round each finding: a pcapng file a finding, a moment after it was opened, so that what came next is
/// in it too.
public final class EvidenceSaver {
    public struct Bounds: Sendable {
        public var files = 200
        public var bytesOfFile: Int64 = 16 << 20
        public init() {}
    }

    private struct Wanted {
        var finding: Finding
        var due: CaptureTime
    }

    private let ring: PacketRing
    private let keepsSecrets: Bool
    private let directory: String
    private let bounds: Bounds
    private let nameOf: (Int) -> String
    private var wanted: [Wanted] = []
    /// Ids of findings that are not over.
    private var known: Set<String> = []
    /// Files of this run, by the finding.
    private var saved: [String: String] = [:]
    /// All files that are there, those of earlier runs included, oldest first.
    private var files: [(severity: Severity, name: String)]
    /// Findings without a file because of the bound.
    public private(set) var leftOut = 0
    /// Before and behind a finding's times.
    private static let before = Span.seconds(5)
    private static let behind = Span.seconds(3)

    /// - Parameters:
    ///   - ringBytes: memory for the last packets.
    ///   - keepsSecrets: bytes that are not known to be harmless are not blanked.
    ///   - nameOf: the name of a source.
    public init(
        ringBytes: Int, keepsSecrets: Bool, directory: String, bounds: Bounds, nameOf: @escaping (Int) -> String
    ) {
        ring = PacketRing(capacity: ringBytes, keepsSecrets: keepsSecrets)
        self.keepsSecrets = keepsSecrets
        self.directory = directory
        self.bounds = bounds
        self.nameOf = nameOf
        files = EvidenceName.files(in: directory)
    }

    /// From now on it sees what the analyzer reads.
    public func attach(to analyzer: LiveAnalyzer) { analyzer.add(ring) }

    /// Takes note of new findings; one that is withdrawn before its time gets no file.
    public func note(_ updates: [LiveUpdate], at now: CaptureTime) {
        for case .finding(let finding) in updates {
            switch finding.state {
            case .open: want(finding, now)
            case .changed:
                for i in wanted.indices where wanted[i].finding.id == finding.id { wanted[i].finding = finding }
            case .withdrawn:
                wanted.removeAll { $0.finding.id == finding.id }
                known.remove(finding.id)
            case .final:
                // What came up with the very end was never open.
                if known.remove(finding.id) == nil { want(finding, now) }
                known.remove(finding.id)
            }
        }
    }

    private func want(_ finding: Finding, _ now: CaptureTime) {
        guard finding.kind != .captureIncomplete, !Self.isOrdinary(finding) else { return }
        known.insert(finding.id)
        wanted.append(Wanted(finding: finding, due: now.adding(nanoseconds: Self.behind)))
    }

    /// Told for completeness: what protocol and clients do where nothing is wrong.
    private static func isOrdinary(_ finding: Finding) -> Bool {
        finding.severity == .info && ordinary.contains(finding.kind)
    }
    private static let ordinary: Set<FindingKind> = [
        .idleClose, .notLeader, .errorResponse, .rebalance, .clusterChanged, .sessionExpired, .unsupportedVersion,
        .clientSettings, .riskyProducer, .singleBootstrap, .certificateNotice, .abandonedByClient, .throttled,
        .connectionChurn,
    ]

    /// Saves what is due.
    /// - Parameters:
    ///   - all: also what is not yet due, for the run ends.
    ///   - comment: a finding's words.
    /// - Returns: what went wrong, in words.
    public func save(at now: CaptureTime, all: Bool = false, comment: (Finding) -> String) -> [String] {
        let due = wanted.filter { all || $0.due <= now }
        wanted.removeAll { all || $0.due <= now }
        return due.sorted { $0.finding.severity > $1.finding.severity }.compactMap { save($0, now, comment) }
    }

    /// Where a finding's file is, or will be.
    public enum Place: Equatable, Sendable {
        case none
        case coming(file: String, directory: String)
        case saved(file: String, directory: String)
    }

    public func place(of finding: String) -> Place {
        if let file = saved[finding] { return .saved(file: file, directory: directory) }
        guard let coming = wanted.first(where: { $0.finding.id == finding })?.finding else { return .none }
        return .coming(file: EvidenceName.of(coming), directory: directory)
    }

    /// Makes room for a finding, where there is none, by letting go of the oldest file of a milder one.
    private func makeRoom(for finding: Finding) -> Bool {
        if files.count < bounds.files { return true }
        let mildest = files.map(\.severity).min() ?? .error
        guard mildest < finding.severity, let place = files.firstIndex(where: { $0.severity == mildest }) else {
            return false
        }
        let name = files.remove(at: place).name
        saved = saved.filter { $0.value != name }
        EvidenceName.remove(name, in: directory)
        return true
    }

    private func save(_ wanted: Wanted, _ now: CaptureTime, _ comment: (Finding) -> String) -> String? {
        let finding = wanted.finding
        guard makeRoom(for: finding) else {
            leftOut += 1
            return leftOut == 1 ? "\(directory): \(bounds.files) files are there; further findings get none" : nil
        }
        let from = finding.first.adding(nanoseconds: -Self.before)
        var text = comment(finding)
        if let oldest = ring.oldest, oldest > finding.first {
            text += "\nThe ring no longer held packets from before \(CalendarTime(oldest).iso8601)."
        }
        do throws(CaptureFault) {
            let name = EvidenceName.free(finding, in: directory)
            let writer = try PcapNGWriter(
                path: "\(directory)/\(name)", comment: text, blanked: !keepsSecrets, nameOf: nameOf)
            write(finding, from, max(now, wanted.due), to: writer)
            writer.close()
            guard writer.failure == nil else {
                EvidenceName.remove(name, in: directory)
                return "\(directory): evidence of \(finding.id) could not be written"
            }
            saved[finding.id] = name
            files.append((finding.severity, name))
            return nil
        } catch { return "\(error)" }
    }

    private func write(_ finding: Finding, _ from: CaptureTime, _ to: CaptureTime, to writer: PcapNGWriter) {
        let frames = Set(finding.evidence.frames)
        // Whom an address leads to is not the one who gave it out.
        let isAddress = [.advertisedAddressMismatch, .brokerUnavailable, .connectFailure].contains(finding.kind)
        let server = isAddress ? nil : finding.server.flatMap(Self.host)
        ring.each(from: from, to: to, client: finding.client.flatMap(Self.host), server: server) { entry in
            writer.add(entry, comment: frames.contains(entry.frame) ? "evidence of \(finding.id)" : nil)
            return writer.bytes < bounds.bytesOfFile
        }
    }

    private static func host(_ text: String) -> IPAddress? {
        if let address = IPAddress(text) { return address }
        guard let colon = text.lastIndex(of: ":") else { return nil }
        let host = text[..<colon]
        return IPAddress(host.hasPrefix("[") && host.hasSuffix("]") ? host.dropFirst().dropLast() : host)
    }
}

/// How the file of a finding is called: `ID-LEVEL-TIME.pcapng`, so that no run overwrites another's, and that a later one knows
/// which may go first.
enum EvidenceName {
    private static let end = ".pcapng"

    static func of(_ finding: Finding) -> String {
        "\(clean(finding.id))-\(finding.severity.rawValue)-\(RunFiles.text(finding.first))\(end)"
    }

    /// A name that nothing has yet.
    static func free(_ finding: Finding, in directory: String) -> String {
        let stem = of(finding).dropLast(end.count)
        return RunFiles.unused({ "\(stem)\($0)\(end)" }) { access("\(directory)/\($0)", F_OK) != 0 }
    }

    /// What findings of this run and of earlier ones left there, oldest first.
    static func files(in directory: String) -> [(severity: Severity, name: String)] {
        let mine = RunFiles.entries(directory).filter { $0.hasSuffix(end) }.compactMap { name in
            severity(name).map { (RunFiles.age("\(directory)/\(name)"), $0, name) }
        }
        return mine.sorted { ($0.0, $0.2) < ($1.0, $1.2) }.map { ($0.1, $0.2) }
    }

    static func remove(_ name: String, in directory: String) { _ = unlink("\(directory)/\(name)") }

    private static func severity(_ name: String) -> Severity? {
        let parts = name.dropLast(end.count).split(separator: "-")
        guard parts.count > 2, let time = parts.last, time.dropFirst(8).first == "T" else { return nil }
        return Severity(rawValue: String(parts[parts.count - 2]))
    }

    /// An id is made of a kind and numbers; whatever else there were would not be part of a name.
    private static func clean(_ id: String) -> String {
        String(id.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == ".") ? $0 : "_" })
    }
}
