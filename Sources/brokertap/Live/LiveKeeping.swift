internal import Capture
internal import Pipeline
internal import ReportModel
internal import Reports
internal import Vocabulary

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Musl
#endif

/// Packets that are kept: all of them in files, the last ones in a ring on disk, and those round each finding.
final class LiveKeeping {
    private let recorder: PacketRecorder?
    private let ring: DiskRing?
    private let evidence: EvidenceSaver?
    private var toldFailure = false

    /// Nil where a place cannot be written to; that has been told then.
    init?(_ analyzer: LiveAnalyzer, _ settings: LiveSettings) {
        let names = analyzer.inputNames
        let nameOf = { (source: Int) in names.indices.contains(source) ? names[source] : "" }
        do {
            recorder = try settings.write.map {
                try PacketRecorder(path: $0, rotation: settings.rotation, nameOf: nameOf)
            }
        } catch {
            StandardError.say("\(error)")
            return nil
        }
        if let recorder { analyzer.add(recorder) }
        if let directory = settings.ringFolder {
            guard Self.make(directory, "--ring-dir") else { return nil }
            do {
                let ring = try DiskRing(
                    directory: directory, bytes: settings.ringFolderBytes, keepsSecrets: settings.keepsSecrets,
                    nameOf: nameOf)
                analyzer.add(ring)
                self.ring = ring
            } catch {
                StandardError.say("--ring-dir: \(error)")
                return nil
            }
        } else {
            ring = nil
        }
        guard let directory = settings.evidence else {
            evidence = nil
            return
        }
        guard Self.make(directory, "--evidence") else { return nil }
        let saver = EvidenceSaver(
            ringBytes: settings.ringBytes, keepsSecrets: settings.keepsSecrets, directory: directory,
            bounds: settings.evidenceBounds, nameOf: nameOf)
        saver.attach(to: analyzer)
        evidence = saver
    }

    private static func make(_ directory: String, _ flag: String) -> Bool {
        if mkdir(directory, 0o700) == 0 || errno == EEXIST, access(directory, W_OK | X_OK) == 0 { return true }
        StandardError.say("\(flag): \(directory): cannot be written to (\(String(cString: strerror(errno))))")
        return false
    }

    /// To be called several times a second.
    /// - Returns: what went wrong, in words.
    func turn() -> [String] {
        ring?.turn()
        return ring?.takeComplaints() ?? []
    }

    /// Files of this run that hold all of its packets.
    var recorded: [String] { recorder?.recorded ?? [] }

    /// - Returns: what went wrong, in words.
    func tick(_ updates: [LiveUpdate], _ report: Report, at now: CaptureTime, isEnd: Bool = false) -> [String] {
        evidence?.note(updates, at: now)
        recorder?.flush()
        if isEnd {
            recorder?.close()
            ring?.finish()
        }
        let context = NarrationContext(report)
        var complaints = evidence?.save(at: now, all: isEnd) { Self.comment($0, context) } ?? []
        if let failure = recorder?.failure, !toldFailure {
            toldFailure = true
            complaints.append(failure)
        }
        return complaints + turn()
    }

    /// Where the packets of a finding are, in words.
    func evidence(of finding: String) -> String {
        guard let evidence else { return "packets are kept with --evidence DIR" }
        return switch evidence.place(of: finding) {
        case .saved(let file, let directory): "packets: \(file) in \(directory)"
        case .coming(let file, let directory): "packets, in a moment: \(file) in \(directory)"
        case .none: "no packets were saved of this one"
        }
    }

    private static func comment(_ finding: Finding, _ context: NarrationContext) -> String {
        let words = Narration(finding, in: context)
        return "\(finding.id): \(words.title)\n\(words.explanation)\n\(words.advice.joined(separator: "\n"))"
    }
}
