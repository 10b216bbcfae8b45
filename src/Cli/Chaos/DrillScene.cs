namespace StreamLearn.Cli.Chaos;

/// <summary>Where a drill takes place, and who looks on.</summary>
/// <typeparam name="TReader">Reads what is on its topics.</typeparam>
/// <param name="Stage">The processes and the store.</param>
/// <param name="Log">Where the topics end.</param>
/// <param name="Reader">What is on the topics.</param>
/// <param name="Damage">What is damaged in the store.</param>
internal sealed record DrillScene<TReader>(DrillStage Stage, DrillLog Log, TReader Reader, StoreDamage Damage)
    where TReader : DrillReader;
