import COpenSSL

/// Key material: wiped when nobody needs it any more, and never printed.
final class Secret {
    private let start: UnsafeMutablePointer<UInt8>
    let count: Int

    init(count: Int, fill: (UnsafeMutableBufferPointer<UInt8>) -> Void) {
        self.count = count
        start = .allocate(capacity: max(count, 1))
        start.initialize(repeating: 0, count: max(count, 1))
        fill(UnsafeMutableBufferPointer(start: start, count: count))
    }

    convenience init(_ bytes: some Collection<UInt8>) {
        self.init(count: bytes.count) { target in _ = target.initialize(from: bytes) }
    }

    deinit {
        OPENSSL_cleanse(start, count)
        start.deallocate()
    }

    var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: start, count: count) }

    func part(_ from: Int, _ count: Int) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(rebasing: bytes[from..<from + count])
    }
}

extension Secret: CustomStringConvertible {
    var description: String { "secret of \(count) bytes" }
}
