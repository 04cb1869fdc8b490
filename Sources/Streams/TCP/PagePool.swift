import Vocabulary

/// A run of bytes that came too early: whole in one page, or (`isCut`) known to be missing from the capture.
struct HeldPiece {
    var offset: Int64
    var length: Int64
    var time: CaptureTime
    var frame: FrameRef
    var next: UInt32
    var isCut: Bool

    var end: Int64 { offset &+ length }
}

/// Pages for bytes held out of order, one piece a page. A page that was handed out in a batch is used again only after it.
struct PagePool: ~Copyable {
    /// Room for a segment of an Ethernet; longer ones take several pages.
    static let pageBytes = 2048
    private static let pagesPerBlock = 64

    private var pieces = SlotPool<HeldPiece>()
    private var blocks: [UnsafeMutablePointer<UInt8>] = []
    /// Pages handed on since `recycle`.
    var spent: [UInt32] = []
    /// Pages that hold bytes not yet handed on.
    private(set) var held = 0

    deinit { for block in blocks { block.deallocate() } }

    /// What a page holds.
    subscript(page: UInt32) -> UnsafeMutablePointer<HeldPiece> { pieces[page] }

    /// The page's memory.
    func bytes(_ page: UInt32) -> UnsafeMutablePointer<UInt8> {
        blocks[Int(page) / Self.pagesPerBlock] + Int(page) % Self.pagesPerBlock * Self.pageBytes
    }

    /// A page for a piece; the caller fills in the bytes.
    mutating func take(_ piece: HeldPiece) -> UInt32 {
        let page = pieces.take(piece)
        if Int(page) / Self.pagesPerBlock == blocks.count {
            blocks.append(.allocate(capacity: Self.pagesPerBlock * Self.pageBytes))
        }
        held += 1
        return page
    }

    /// The piece was handed on; its bytes stay until `recycle`.
    mutating func spend(_ page: UInt32) {
        spent.append(page)
        held -= 1
    }

    /// Makes pages handed on in the last batch free.
    mutating func recycle() {
        var pages: [UInt32] = []
        swap(&pages, &spent)
        recycle(&pages)
        swap(&pages, &spent)
    }

    /// The same of pages that were handed on in a turn.
    mutating func recycle(_ pages: inout [UInt32]) {
        guard !pages.isEmpty else { return }
        for page in pages { pieces.give(page) }
        pages.removeAll(keepingCapacity: true)
    }
}
