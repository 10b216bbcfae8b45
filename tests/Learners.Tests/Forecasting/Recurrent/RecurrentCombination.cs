using StreamLearn.Learners.Forecasting.Recurrent;

namespace StreamLearn.Learners.Tests.Forecasting.Recurrent;

/// <summary>Every cell with every wiring, inference and target that it can have, in small.</summary>
public static class RecurrentCombination
{
    /// <summary>Cell, wired, carried, moves.</summary>
    public static TheoryData<RecurrentCell, bool, bool, bool> All()
    {
        var rows = new TheoryData<RecurrentCell, bool, bool, bool>();
        foreach (var cell in Enum.GetValues<RecurrentCell>())
        {
            foreach (var wired in cell == RecurrentCell.Gru ? [false] : new[] { false, true })
            {
                foreach (var carried in new[] { false, true })
                {
                    rows.Add(cell, wired, carried, true);
                    rows.Add(cell, wired, carried, false);
                }
            }
        }

        return rows;
    }

    internal static RecurrentOptions Small(RecurrentCell cell, bool wired, bool carried, bool moves) => new()
    {
        Cell = cell, Wired = wired, Carried = carried, Moves = moves, Units = 9, Window = 5, Lags = 3, Period = 12, SecondPeriod = 0, Unfolds = 3,
        WarmUp = 60, LearningRate = 0.003,
    };
}
