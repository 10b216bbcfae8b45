namespace StreamLearn.Learners.Reweighting;

/// <summary>The temperature r by training steps: none at first, because early losses do not tell samples apart; then from a high one geometrically down to
/// the last one; and none again at the end, if so wished, so that the weights do not bias where the model comes to rest.</summary>
/// <param name="Final">r at the end of the decay; below 0 for <see cref="ReweightingStrategy.KlDro"/> only.</param>
/// <param name="Start">r when the decay begins; the sign is that of <paramref name="Final"/>. At least as large as that.</param>
/// <param name="BurnIn">Steps with uniform weights before it.</param>
/// <param name="DecaySteps">Steps that it takes; 0: it is at once the last one.</param>
/// <param name="UniformFrom">Step from which on weights are uniform again; 0: never.</param>
public sealed record TemperatureSchedule(double Final = 1, double Start = 10, long BurnIn = 100, long DecaySteps = 1000, long UniformFrom = 0)
{
    /// <summary>Always the same temperature, from the first step on.</summary>
    public static TemperatureSchedule Constant(double temperature) => new(temperature, Math.Abs(temperature), BurnIn: 0, DecaySteps: 0);

    /// <summary>r of a step, counted from 0; infinite where weights are uniform.</summary>
    public double At(long step)
    {
        if (step < BurnIn || (UniformFrom > 0 && step >= UniformFrom))
        {
            return double.PositiveInfinity;
        }

        var decayed = step - BurnIn;
        if (decayed >= DecaySteps)
        {
            return Final;
        }

        var size = Start * Math.Pow(Math.Abs(Final) / Start, (double)decayed / DecaySteps);
        return Math.CopySign(size, Final);
    }
}
