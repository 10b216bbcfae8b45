namespace StreamLearn.Learners.Networks;

/// <summary>What the updaters of both backends say.</summary>
internal static class UpdaterMessages
{
    internal const string NoGradient = "There is no gradient to apply: go back, or set one; each can be applied once.";

    internal const string GradientGone = "The gradient is gone: it was applied, and there was a forward pass since.";

    internal const string NothingKept =
        "There is no forward pass to go back through: none has run, it has been used already, the parameters have changed since, or the "
        + "workspace has served another network.";
}
