namespace StreamLearn.Learners.Bandits.OffPolicy;

/// <summary>Quantiles of the normal distribution with mean 0 and variance 1, to about 16 digits.</summary>
/// <remarks>Source: M. J. Wichura, Algorithm AS 241: the percentage points of the normal distribution, Applied Statistics 37 (1988),
/// PPND16. Written out here because the layers' rule gives learners no package that has it.</remarks>
internal static class NormalQuantile
{
    // Numerators and denominators, highest power first: in the middle, in the tails, and far out.
    private static ReadOnlySpan<double> MiddleOver =>
    [
        2509.0809287301226727, 33430.575583588128105, 67265.770927008700853, 45921.953931549871457,
        13731.693765509461125, 1971.5909503065514427, 133.14166789178437745, 3.3871328727963666080,
    ];

    private static ReadOnlySpan<double> MiddleUnder =>
    [
        5226.4952788528545610, 28729.085735721942674, 39307.895800092710610, 21213.794301586595867,
        5394.1960214247511077, 687.18700749205790830, 42.313330701600911252, 1,
    ];

    private static ReadOnlySpan<double> TailOver =>
    [
        7.74545014278341407640e-4, 0.0227238449892691845833, 0.241780725177450611770, 1.27045825245236838258,
        3.64784832476320460504, 5.76949722146069140550, 4.63033784615654529590, 1.42343711074968357734,
    ];

    private static ReadOnlySpan<double> TailUnder =>
    [
        1.05075007164441684324e-9, 5.47593808499534494600e-4, 0.0151986665636164571966, 0.148103976427480074590,
        0.689767334985100004550, 1.67638483018380384940, 2.05319162663775882187, 1,
    ];

    private static ReadOnlySpan<double> FarOver =>
    [
        2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.24266094738807843860e-3, 0.0265321895265761230930,
        0.296560571828504891230, 1.78482653991729133580, 5.46378491116411436990, 6.65790464350110377720,
    ];

    private static ReadOnlySpan<double> FarUnder =>
    [
        2.04426310338993978564e-15, 1.42151175831644588870e-7, 1.84631831751005468180e-5, 7.86869131145613259100e-4,
        0.0148753612908506148525, 0.136929880922735805310, 0.599832206555887937690, 1,
    ];

    /// <summary>The number that a normal value stays below with that probability, which is between 0 and 1.</summary>
    internal static double Of(double probability)
    {
        var fromMiddle = probability - 0.5;
        if (Math.Abs(fromMiddle) <= 0.425)
        {
            var x = 0.180625 - (fromMiddle * fromMiddle);
            return fromMiddle * Polynomial(MiddleOver, x) / Polynomial(MiddleUnder, x);
        }

        var tail = fromMiddle < 0 ? probability : 1 - probability;
        var depth = Math.Sqrt(-Math.Log(tail));
        var distance = depth <= 5
            ? Polynomial(TailOver, depth - 1.6) / Polynomial(TailUnder, depth - 1.6)
            : Polynomial(FarOver, depth - 5) / Polynomial(FarUnder, depth - 5);
        return Math.CopySign(distance, fromMiddle);
    }

    /// <summary>How many standard deviations around the mean hold a normal value with that probability.</summary>
    internal static double OfInterval(double confidence) => -Of((1 - confidence) / 2);

    private static double Polynomial(ReadOnlySpan<double> coefficients, double x)
    {
        var value = 0.0;
        foreach (var coefficient in coefficients)
        {
            value = (value * x) + coefficient;
        }

        return value;
    }
}
