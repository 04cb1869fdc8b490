/// Questions about connections that are still there, for a report before the end.
extension StreamEngine {
    /// What TCP says about a flow, with the end it would have if nothing more came. Between batches only.
    public func factsAsOfNow(_ slot: FlowSlot) -> TCPFacts {
        guard slot < core.flows.end else { return TCPFacts() }
        let flow = core.flows[slot]
        var facts = core.end(flow, left: nil).facts
        facts.end = core.endOf(flow, .captureEnded)
        return facts
    }
}
