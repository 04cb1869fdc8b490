/// An interface of a pcapng section (section 4.2) and what its statistics blocks say.
struct PcapNGInterface {
    let linkType: UInt16
    let snapLength: UInt32
    private(set) var checkSequenceBytes: UInt32 = 0
    private(set) var name = ""
    private(set) var clock = TickClock()
    var interfaceDrops: UInt64?
    var systemDrops: UInt64?

    /// - Parameter block: an interface description block of at least 16 bytes.
    init(_ block: PcapNGBlock) {
        linkType = block.load16(8)
        snapLength = block.load32(12)
        var options = PcapNGOptions(block, from: 16)
        while let option = options.next() {
            switch (option.code, option.length) {
            case (2, _): name = block.text(option.offset, min(option.length, 255))
            case (9, 1): clock.resolution = block.base.load(fromByteOffset: option.offset, as: UInt8.self)
            case (13, 1): setCheckSequence(block.base.load(fromByteOffset: option.offset, as: UInt8.self))
            case (14, 8): clock.offsetSeconds = Int64(bitPattern: block.load64(option.offset))
            default: break
            }
        }
        clock.prepare()
    }

    /// The draft counts bits; files in the wild count bytes.
    private mutating func setCheckSequence(_ value: UInt8) {
        checkSequenceBytes = UInt32(value >= 16 ? value / 8 : value)
    }
}

/// Turns an interface's ticks into nanoseconds (`if_tsresol`, `if_tsoffset`).
struct TickClock {
    /// `if_tsresol`: a negative power of 10, or of 2 where the upper bit is set.
    var resolution: UInt8 = 6
    /// `if_tsoffset`: seconds to add.
    var offsetSeconds: Int64 = 0

    /// Nanoseconds per tick where that is a whole number and there is no offset, else 0.
    private var factor: UInt64 = 1000

    /// To be called once the fields are set.
    mutating func prepare() {
        factor = resolution <= 9 && offsetSeconds == 0 ? Self.power(of: 10, 9 - Int(resolution)) : 0
    }

    @inline(__always)
    func nanoseconds(_ ticks: UInt64) -> Int64 {
        let (product, overflow) = ticks.multipliedReportingOverflow(by: factor)
        if factor != 0, !overflow, product <= UInt64(Int64.max) { return Int64(truncatingIfNeeded: product) }
        return exactly(ticks)
    }

    /// Any resolution and offset; what does not fit is clamped.
    @inline(never)
    private func exactly(_ ticks: UInt64) -> Int64 {
        var total = Int128(scaled(ticks))
        total += Int128(offsetSeconds) * 1_000_000_000
        return Int64(clamping: total)
    }

    private func scaled(_ ticks: UInt64) -> UInt64 {
        let exponent = Int(resolution & 0x7F)
        if resolution & 0x80 != 0 {
            let product = UInt128(ticks) * 1_000_000_000
            return UInt64(clamping: product >> UInt128(exponent))
        }
        if exponent <= 9 {
            let (product, overflow) = ticks.multipliedReportingOverflow(by: Self.power(of: 10, 9 - exponent))
            return overflow ? .max : product
        }
        return exponent - 9 > 19 ? 0 : ticks / Self.power(of: 10, exponent - 9)
    }

    /// - Parameter exponent: 0 to 19, so that the result fits.
    private static func power(of base: UInt64, _ exponent: Int) -> UInt64 {
        (0..<exponent).reduce(1) { product, _ in product &* base }
    }
}
