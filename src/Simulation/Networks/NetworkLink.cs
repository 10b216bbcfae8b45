namespace StreamLearn.Simulation.Networks;

/// <summary>One direction of a cable between two nodes.</summary>
/// <param name="Index">Its place among the links of its topology.</param>
/// <param name="Source">Index of the node that sends.</param>
/// <param name="Destination">Index of the node that receives.</param>
/// <param name="Weight">OSPF weight, above 0: routes minimise its sum.</param>
/// <param name="CapacityKilobits">Capacity in kbit/s.</param>
public readonly record struct NetworkLink(int Index, int Source, int Destination, double Weight, double CapacityKilobits);
