/// How a file is packed, by its first bytes.
enum Packing: Equatable {
    case none, gzip, zstd
    /// Packed in a way that is not unpacked here.
    case other(String)

    init(_ bytes: UnsafeRawBufferPointer) {
        let known: [(magic: [UInt8], packing: Packing)] = [
            ([0x1F, 0x8B], .gzip), ([0x28, 0xB5, 0x2F, 0xFD], .zstd),
            ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], .other("xz")), ([0x42, 0x5A, 0x68], .other("bzip2")),
            ([0x04, 0x22, 0x4D, 0x18], .other("lz4")), ([0x50, 0x4B, 0x03, 0x04], .other("zip")),
        ]
        self = known.first { bytes.starts(with: $0.magic) }?.packing ?? .none
        // A zstd file may begin with a skippable frame (RFC 8878, section 3.1.2).
        if bytes.count >= 4, bytes[0] & 0xF0 == 0x50, bytes[1...3].elementsEqual([0x2A, 0x4D, 0x18]) { self = .zstd }
    }

    /// What follows the format's name in `SourceFacts.format`.
    var suffix: String {
        switch self {
        case .none, .other: ""
        case .gzip: "+gzip"
        case .zstd: "+zstd"
        }
    }

    func makeUnpacker() -> (any Unpacker)? {
        switch self {
        case .none, .other: nil
        case .gzip: GzipUnpacker()
        case .zstd: ZstdUnpacker()
        }
    }
}
