/// Why a capture could not be read, or not to its end: which file, where in it, and what is wrong.
public struct CaptureFault: Error, Sendable, Equatable {
    public enum Kind: Sendable, Equatable {
        case notFound, permissionDenied, isDirectory
        /// `open` or `read` failed otherwise; `detail` has the system's words.
        case cannotRead
        /// No byte in the file.
        case empty
        /// The first bytes are of no capture format that is known.
        case notACapture
        /// A packed format that is not unpacked here.
        case unknownPacking
        /// The file ends inside its header, a record or a block.
        case cutShort
        /// A record or block that contradicts itself.
        case damaged
        /// gzip or zstd data that cannot be unpacked.
        case badPackedData
        case unsupportedVersion
        case badFilter
        case tooManySources
        /// An interface that the user may not capture from, or that is not there.
        case captureDenied, noSuchInterface
        /// There is no libpcap, or too old a one.
        case noLibpcap
        /// A file for packets cannot be made.
        case cannotWrite
    }

    /// The file as it was named, `-` for standard input.
    public var source: String
    /// Bytes from the file's beginning, of the unpacked data where the file is packed.
    public var offset: Int64
    public var kind: Kind
    /// What exactly is wrong, in plain words. Never has bytes of the file's content.
    public var detail: String

    public init(source: String, offset: Int64 = 0, kind: Kind, detail: String) {
        self.source = source
        self.offset = offset
        self.kind = kind
        self.detail = detail
    }
}

extension CaptureFault: CustomStringConvertible {
    /// One line for a reader: the file, the place, what is wrong and what to do.
    public var description: String {
        let name = source == "-" ? "standard input" : source
        let place = offset > 0 ? " at byte \(offset)" : ""
        return "\(name)\(place): \(reason)"
    }

    /// What is wrong and what to do, where the file and the place are told beside it.
    public var reason: String { detail + (advice.isEmpty ? "" : "; \(advice)") }

    private var advice: String {
        switch kind {
        case .notFound: "check the name"
        case .permissionDenied: "run as a user who may read it, or change the file's mode"
        case .isDirectory: "name the capture files in it"
        case .empty: "check that the capture was written to this file"
        case .notACapture: "give a pcap or pcapng file, as tcpdump -w and Wireshark write them"
        case .unknownPacking: "unpack it first"
        case .cutShort: "what came before is used; copy the file again if it should be longer"
        case .damaged, .badPackedData: "what came before is used"
        case .badFilter: "see pcap-filter(7)"
        case .tooManySources: "merge some of them first, for instance with mergecap"
        case .captureDenied: CaptureFault.howToCapture
        case .noSuchInterface: "'brokertap interfaces' lists them"
        case .noLibpcap:
            "capturing and --filter need it (Debian: apt-get install libpcap0.8; RHEL: dnf install libpcap), capture files do not"
        case .cannotWrite: "choose another place, or make room"
        case .cannotRead, .unsupportedVersion: ""
        }
    }
}

extension CaptureFault {
    /// What gives a user the right to capture.
    static let howToCapture = """
        run it with sudo (it becomes you again once the interface is open), or let this program capture once and for all:
          sudo setcap cap_net_raw+ep "$(command -v brokertap)"
        and, so that not everybody may:
          sudo chgrp wireshark "$(command -v brokertap)" && sudo chmod 750 "$(command -v brokertap)"
        """
}

/// What a parser found wrong at one place; the reader adds the file's name to make a `CaptureFault`.
struct Damage: Error {
    var kind: CaptureFault.Kind
    var detail: String

    func fault(source: String, offset: Int64) -> CaptureFault {
        CaptureFault(source: source, offset: offset, kind: kind, detail: detail)
    }
}
