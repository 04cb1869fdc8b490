import Capture
import Conversations
public import ReportModel
public import Vocabulary

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
    private let directory: String
    private let bounds: Bounds
    private let nameOf: (Int) -> String
    private var wanted: [Wanted] = []
    /// Ids of findings that are not over.
    private var known: Set<String> = []
    private var savedIds: Set<String> = []
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
        self.directory = directory
        self.bounds = bounds
        self.nameOf = nameOf
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
        guard finding.kind != .captureIncomplete else { return }
        known.insert(finding.id)
        wanted.append(Wanted(finding: finding, due: now.adding(nanoseconds: Self.behind)))
    }

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
        let file = Self.file(of: finding)
        if savedIds.contains(finding) { return .saved(file: file, directory: directory) }
        return wanted.contains { $0.finding.id == finding } ? .coming(file: file, directory: directory) : .none
    }

    private func save(_ wanted: Wanted, _ now: CaptureTime, _ comment: (Finding) -> String) -> String? {
        guard savedIds.count < bounds.files else {
            leftOut += 1
            return leftOut == 1 ? "\(directory): \(bounds.files) files are there; further findings get none" : nil
        }
        let finding = wanted.finding
        let from = finding.first.adding(nanoseconds: -Self.before)
        var text = comment(finding)
        if let oldest = ring.oldest, oldest > finding.first {
            text += "\nThe ring no longer held packets from before \(CalendarTime(oldest).iso8601)."
        }
        do throws(CaptureFault) {
            let writer = try PcapNGWriter(
                path: "\(directory)/\(Self.file(of: finding.id))", comment: text, nameOf: nameOf)
            write(finding, from, max(now, wanted.due), to: writer)
            writer.close()
            savedIds.insert(finding.id)
            return writer.failure == nil ? nil : "\(directory): evidence could not be written whole"
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

    /// An id is made of a kind and numbers; whatever else there were would not be part of a name.
    private static func file(of id: String) -> String {
        String(id.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == ".") ? $0 : "_" }) + ".pcapng"
    }

    private static func host(_ text: String) -> IPAddress? {
        if let address = IPAddress(text) { return address }
        guard let colon = text.lastIndex(of: ":") else { return nil }
        let host = text[..<colon]
        return IPAddress(host.hasPrefix("[") && host.hasSuffix("]") ? host.dropFirst().dropLast() : host)
    }
}
