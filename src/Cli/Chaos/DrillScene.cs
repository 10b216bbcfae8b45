namespace StreamLearn.Cli.Chaos;

/// <summary>Where a drill takes place, and who looks on.</summary>
/// <param name="Stage">The processes and the store.</param>
/// <param name="Log">Where the topics end.</param>
/// <param name="Reader">What is on the topics.</param>
/// <param name="Damage">What is damaged in the store.</param>
internal sealed record DrillScene(DrillStage Stage, DrillLog Log, DrillReader Reader, StoreDamage Damage);
