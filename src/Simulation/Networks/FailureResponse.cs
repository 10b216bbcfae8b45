namespace StreamLearn.Simulation.Networks;

/// <summary>What came of one failure case of a <see cref="LinkFailureStudy"/>.</summary>
public sealed class FailureResponse
{
    internal FailureResponse(FailureCase failure, SimulatedLoads loads, IReadOnlyList<LinkShift> shifts, IReadOnlyList<int> leftOut)
    {
        Case = failure;
        Loads = loads;
        Shifts = shifts;
        LeftOut = leftOut;
    }

    /// <summary>What failed and when.</summary>
    public FailureCase Case { get; }

    /// <summary>Loads of all links with the failure; their bin 0 is the first one without the cable.</summary>
    public SimulatedLoads Loads { get; }

    /// <summary>The first bin that was not simulated.</summary>
    public int EndBin => Case.Bin + Loads.Bins;

    /// <summary>
    /// The observed links: those onto which or from which the failure moves the path of some pair, without the cable's own and those that
    /// are <see cref="LeftOut"/>. All other links carry the same as without the failure, to the bit.
    /// </summary>
    public IReadOnlyList<LinkShift> Shifts { get; }

    /// <summary>Links onto which the failure moves paths but that carried next to nothing before.</summary>
    public IReadOnlyList<int> LeftOut { get; }

    /// <summary>How many observed links have a shift of this class.</summary>
    public int Count(ShiftClass shift) => Shifts.Count(link => link.Class == shift);

    /// <summary>How many observed links have a shift of this class by the counterfactual severity.</summary>
    public int CountCounterfactual(ShiftClass shift) => Shifts.Count(link => link.CounterfactualClass == shift);
}
