import Vocabulary

/// What a pcapng file has besides packets: names of addresses and secrets of TLS, both up to a bound.
struct PcapNGExtras {
    private(set) var names: [(IPAddress, String)] = []
    private(set) var secrets: [[UInt8]] = []
    private var secretBytes = 0
    private let maximumNames: Int
    private let maximumNameBytes: Int

    /// "TLSK": a key log as browsers and curl write it.
    private static let tlsKeyLog: UInt32 = 0x544C_534B
    private static let maximumSecretBytes = 16 << 20
    /// A block without secrets costs memory as well.
    private static let blockBytes = 256

    init(limits: Limits) {
        maximumNames = limits.dnsAnswers
        maximumNameBytes = limits.stringBytes
    }

    /// Those that a facts file tells.
    init(names: [(IPAddress, String)]) {
        self.init(limits: Limits())
        self.names = Array(names.prefix(maximumNames))
    }

    /// Section 4.5: records of an address and one or more names that end in a zero byte.
    mutating func readNames(_ block: PcapNGBlock) {
        var records = PcapNGOptions(block, from: 8)
        while names.count < maximumNames, let record = records.next() {
            if record.code == 1, record.length > 4 {
                let address = IPAddress(v4: UInt32(bigEndian: block.base.load32(record.offset, swapped: false)))
                addNames(of: address, block, record.offset + 4, record.length - 4)
            } else if record.code == 2, record.length > 16 {
                let high = UInt64(bigEndian: block.base.load64(record.offset, swapped: false))
                let low = UInt64(bigEndian: block.base.load64(record.offset + 8, swapped: false))
                addNames(of: IPAddress(v6High: high, low: low), block, record.offset + 16, record.length - 16)
            }
        }
    }

    private mutating func addNames(of address: IPAddress, _ block: PcapNGBlock, _ offset: Int, _ length: Int) {
        for name in block.text(offset, length).utf8.split(separator: 0) where names.count < maximumNames {
            if name.count <= maximumNameBytes { names.append((address, String(Substring(name)))) }
        }
    }

    /// Section 4.7: kind and length of the secrets, then they.
    mutating func readSecrets(_ block: PcapNGBlock) {
        guard block.length >= 16, block.load32(8) == Self.tlsKeyLog else { return }
        let length = Int(block.load32(12))
        guard length <= block.length - 16, secretBytes + length <= Self.maximumSecretBytes else { return }
        secretBytes += length + Self.blockBytes
        secrets.append(Array(UnsafeRawBufferPointer(start: block.base + 16, count: length)))
    }
}
