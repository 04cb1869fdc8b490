/// Questions about connections that are still there, for a report before the end.
extension StreamEngine {
    /// What TCP says about a flow, with the end it would have if nothing more came.
    public func factsAsOfNow(_ slot: FlowSlot) -> TCPFacts {
        guard slot < core.flows.end else { return TCPFacts() }
        var facts = core.facts(slot)
        facts.end = core.endOf(core.flows[slot], .captureEnded)
        return facts
    }
}
