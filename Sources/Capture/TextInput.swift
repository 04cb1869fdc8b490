/// A file of text beside captures, such as a log, unpacked where its first bytes say that it is packed.
public final class TextInput {
    private let source: ByteSource
    private var block: [UInt8]

    /// - Parameter blockBytes: how much is read at once.
    /// - Throws: what keeps the file from being read, a packing that is not unpacked here among it.
    public init(path: String, blockBytes: Int) throws(CaptureFault) {
        source = try ByteSource(path: path)
        block = [UInt8](repeating: 0, count: max(1, blockBytes))
        if case .other(let packing) = source.packing {
            throw CaptureFault(source: path, kind: .unknownPacking, detail: "is packed with \(packing)")
        }
    }

    deinit { source.finish() }

    /// The next bytes; empty at the end, be it a good one or not.
    public func next() -> ArraySlice<UInt8> {
        let (source, count) = (source, block.count)
        let got = block.withUnsafeMutableBytes { bytes -> Int in
            guard let base = bytes.baseAddress else { return 0 }
            return (try? source.read(into: base, count)) ?? 0
        }
        return block[..<max(0, got)]
    }
}
