/// How far a parser came in a block.
struct ParseProgress {
    /// Bytes that are done with.
    var consumed = 0
    /// Bytes needed from there on to go on, at least.
    var wanted = 0
    /// Bytes from there on, of a block that is of no interest, that need not be kept.
    var skip = 0
    /// What ended the parsing for good, at `consumed`.
    var damage: Damage?
}
