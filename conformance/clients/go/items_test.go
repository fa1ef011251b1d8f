package shop

import (
	"maps"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Items of all ten attribute types go in and come out unchanged, through the client and through the mapper.
var items = []step{
	{"keeps an item with all ten attribute types as it was", keepsEveryType},
	{"maps a struct to the ten types and back", mapsAStruct},
	{"reads only the projected parts of an item", projectsNestedAttributes},
}

type item = map[string]types.AttributeValue

func everyType() item {
	every := make([]byte, 256)
	for index := range every {
		every[index] = byte(index)
	}
	return item{
		"S":            s("Grüße, 世界 🛒"),
		"empty string": s(""),
		"N":            n("12345678901234567890123456789012345678"),
		"fraction":     n("-0.12345678901234567890123456789012345678"),
		"B":            &types.AttributeValueMemberB{Value: every},
		"empty binary": &types.AttributeValueMemberB{Value: []byte{}},
		"BOOL":         &types.AttributeValueMemberBOOL{Value: false},
		"NULL":         &types.AttributeValueMemberNULL{Value: true},
		"SS":           &types.AttributeValueMemberSS{Value: []string{"blue", "red", "été"}},
		"NS":           &types.AttributeValueMemberNS{Value: []string{"-1.5", "0", "3"}},
		"BS":           &types.AttributeValueMemberBS{Value: [][]byte{{0}, {255, 254}}},
		"L": &types.AttributeValueMemberL{Value: []types.AttributeValue{
			s("mixed"), n("1"),
			&types.AttributeValueMemberL{Value: []types.AttributeValue{&types.AttributeValueMemberBOOL{Value: true}}},
			&types.AttributeValueMemberL{Value: []types.AttributeValue{}},
		}},
		"M": &types.AttributeValueMemberM{Value: item{
			"street": s("Hauptstraße 1"),
			"geo":    &types.AttributeValueMemberM{Value: item{"lat": n("48.137154")}},
			"none":   &types.AttributeValueMemberM{Value: item{}},
		}},
	}
}

func keepsEveryType(t *testing.T, shop *Shop) {
	key := item{"pk": s("CUSTOMER#types"), "sk": s("CLIENT")}
	whole := everyType()
	maps.Copy(whole, key)
	_, err := shop.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &shop.orders, Item: whole})
	noError(t, err)
	read, err := shop.GetItem(t.Context(), &dynamodb.GetItemInput{
		TableName: &shop.orders, Key: key, ConsistentRead: aws.Bool(true),
	})
	noError(t, err)
	sortSets(read.Item)
	sortSets(whole)
	equal(t, read.Item, whole, "the item read back")
	missing, err := shop.GetItem(t.Context(), &dynamodb.GetItemInput{
		TableName: &shop.orders, Key: item{"pk": s("CUSTOMER#types"), "sk": s("NOBODY")},
	})
	noError(t, err)
	equal(t, len(missing.Item), 0, "a missing item has no attributes")
}

// sortSets gives the sets of an item, which have no order, the same one.
func sortSets(item item) {
	for _, value := range item {
		switch set := value.(type) {
		case *types.AttributeValueMemberSS:
			slices.Sort(set.Value)
		case *types.AttributeValueMemberNS:
			slices.Sort(set.Value)
		case *types.AttributeValueMemberBS:
			slices.SortFunc(set.Value, slices.Compare)
		}
	}
}

type product struct {
	PK      string                `dynamodbav:"pk"`
	SK      string                `dynamodbav:"sk"`
	Name    string                `dynamodbav:"name"`
	Nothing string                `dynamodbav:"nothing"`
	Price   attributevalue.Number `dynamodbav:"price"`
	Photo   []byte                `dynamodbav:"photo"`
	Active  bool                  `dynamodbav:"active"`
	Deleted *string               `dynamodbav:"deleted"`
	Colours []string              `dynamodbav:"colours,stringset"`
	Sizes   []float64             `dynamodbav:"sizes,numberset"`
	Thumbs  [][]byte              `dynamodbav:"thumbs,binaryset"`
	Lines   []line                `dynamodbav:"lines"`
	Address map[string]any        `dynamodbav:"address"`
	Unset   string                `dynamodbav:"unset,omitempty"`
}

type line struct {
	SKU      string `dynamodbav:"sku"`
	Quantity int    `dynamodbav:"quantity"`
}

func mapsAStruct(t *testing.T, shop *Shop) {
	want := product{
		PK: "CUSTOMER#types", SK: "STRUCT", Name: "Zoë",
		Price:   "99999999999999999999999999999999999.999",
		Photo:   []byte("\x89PNG\r\n"),
		Active:  true,
		Colours: []string{"blue", "red"},
		Sizes:   []float64{38, 40.5},
		Thumbs:  [][]byte{{1}, {2}},
		Lines:   []line{{"A-1", 2}, {"B-2", 1}},
		Address: map[string]any{"city": "Zürich", "zip": map[string]any{"code": 8001.0}},
	}
	marshalled, err := attributevalue.MarshalMap(want)
	noError(t, err)
	_, err = shop.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &shop.orders, Item: marshalled})
	noError(t, err)
	read, err := shop.GetItem(t.Context(), &dynamodb.GetItemInput{
		TableName: &shop.orders, Key: item{"pk": s(want.PK), "sk": s(want.SK)}, ConsistentRead: aws.Bool(true),
	})
	noError(t, err)
	sortSets(read.Item)
	var got product
	noError(t, attributevalue.UnmarshalMap(read.Item, &got))
	equal(t, got, want, "the struct read back")
}

func projectsNestedAttributes(t *testing.T, shop *Shop) {
	read, err := shop.GetItem(t.Context(), &dynamodb.GetItemInput{
		TableName:                &shop.orders,
		Key:                      item{"pk": s("CUSTOMER#types"), "sk": s("STRUCT")},
		ProjectionExpression:     aws.String("address.zip, #l[0].sku, #l[1], absent"),
		ExpressionAttributeNames: map[string]string{"#l": "lines"},
	})
	noError(t, err)
	var got map[string]any
	noError(t, attributevalue.UnmarshalMap(read.Item, &got))
	equal(t, got, map[string]any{
		"address": map[string]any{"zip": map[string]any{"code": 8001.0}},
		"lines":   []any{map[string]any{"sku": "A-1"}, map[string]any{"sku": "B-2", "quantity": 1.0}},
	}, "the projection")
}
