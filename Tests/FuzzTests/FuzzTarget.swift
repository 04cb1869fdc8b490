/// A part of the program under inputs of any content: it must neither trap nor read beyond its bytes, and what a target
/// says of its part must hold.
struct FuzzTarget: Sendable {
    let name: String
    /// Bytes of an input at most: long ones find little that short ones do not, and cost much.
    let longest: Int
    let run: @Sendable (UnsafeBufferPointer<UInt8>) -> Void

    static let all = [
        FuzzTarget(name: "capture", longest: 4096, run: CaptureFuzz.run),
        FuzzTarget(name: "packets", longest: 1024, run: PacketFuzz.run),
        FuzzTarget(name: "reassembly", longest: 1024, run: ReassemblyFuzz.run),
        FuzzTarget(name: "segments", longest: 2048, run: SegmentFuzz.run),
        FuzzTarget(name: "records", longest: 8192, run: TLSFuzz.records),
        FuzzTarget(name: "handshake", longest: 4096, run: TLSFuzz.handshake),
        FuzzTarget(name: "framing", longest: 4096, run: FramingFuzz.run),
        FuzzTarget(name: "decode", longest: 2048, run: DecodeFuzz.run),
        FuzzTarget(name: "dialogue", longest: 2048, run: DialogueFuzz.run),
        FuzzTarget(name: "dns", longest: 1024, run: NameFuzz.dns),
        FuzzTarget(name: "sasl", longest: 1024, run: SignInFuzz.run),
        FuzzTarget(name: "keylog", longest: 2048, run: TextFuzz.keyLog),
        FuzzTarget(name: "clientlog", longest: 2048, run: TextFuzz.clientLog),
        FuzzTarget(name: "report", longest: 4096, run: TextFuzz.report),
        FuzzTarget(name: "pipeline", longest: 8192, run: WholeFuzz.reports),
        FuzzTarget(name: "copies", longest: 8192, run: WholeFuzz.copies),
        FuzzTarget(name: canary, longest: 64, run: CanaryFuzz.run),
    ]

    /// The one that must fail.
    static let canary = "canary"

    /// Ends the run with an input that breaks what a target says.
    static func fail(_ what: String) -> Never { fatalError("broken: \(what)") }
}

/// A fault that only a fuzzer led by coverage finds soon: were it not found, nothing else would be.
enum CanaryFuzz {
    static func run(_ bytes: UnsafeBufferPointer<UInt8>) {
        let word = Array("tap!".utf8)
        guard bytes.count > word.count else { return }
        for (place, letter) in word.enumerated() {
            if bytes[place] != letter { return }
        }
        FuzzTarget.fail("the canary is found, as it must be")
    }
}

/// An input, read from its front: numbers that decide, and bytes. Behind its end all is zero.
struct FuzzInput {
    private var rest: Slice<UnsafeBufferPointer<UInt8>>

    init(_ bytes: UnsafeBufferPointer<UInt8>) { rest = bytes[...] }

    var isEmpty: Bool { rest.isEmpty }

    mutating func byte() -> Int { Int(rest.popFirst() ?? 0) }
    mutating func word() -> Int { byte() << 8 | byte() }

    /// A copy of its own, so that a checker of memory sees a read beyond it.
    mutating func bytes(_ count: Int) -> [UInt8] {
        let taken = Array(rest.prefix(count))
        rest = rest.dropFirst(count)
        return taken
    }

    /// A length in two bytes, then so many.
    mutating func piece() -> [UInt8] { bytes(word()) }
    mutating func all() -> [UInt8] { bytes(rest.count) }
}
