using StreamLearn.Learners.Bandits;

namespace StreamLearn.Streams.Codecs.Bandits;

/// <summary>What feedback a task takes, and what is said of other feedback.</summary>
internal sealed class FeedbackFields(BanditTask task, string reward, string cost)
{
    /// <summary>Field of the feedback that the task has.</summary>
    internal string Expected { get; } = task.Feedback == FeedbackKind.Cost ? cost : reward;

    /// <summary>Field of the other kind.</summary>
    internal string Other { get; } = task.Feedback == FeedbackKind.Cost ? reward : cost;

    /// <summary>The refusal of feedback of the other kind: names what was found and what was expected.</summary>
    internal (string Reason, string Field) Wrong { get; } = task.Feedback == FeedbackKind.Cost
        ? (DeadLetterReason.WrongFeedback, $"{reward}, expected {cost}")
        : (DeadLetterReason.WrongFeedback, $"{cost}, expected {reward}");

    /// <summary>What is wrong with feedback; null: nothing.</summary>
    internal (string Reason, string Field)? Check(double feedback) =>
        !double.IsFinite(feedback) ? (DeadLetterReason.NotFinite, Expected)
        : feedback >= task.FeedbackMin && feedback <= task.FeedbackMax ? null
        : (DeadLetterReason.CostOutOfRange, Expected);
}
